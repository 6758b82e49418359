-- What if a board of H100 had NVLink twice as fast? Levels are changed by their names.
--   chipfit explain --chip h100_sxm --system lua/examples/derived_system.lua --chips 8 --tp 8 --model llama-3.1-70b \
--     --phase decode --batch 64 --context 4096
return derive {
  base = "hgx_h100",
  name = "hgx_h100_nvlink2x",
  levels = { nvlink = { bandwidth = times(2) } },
}
