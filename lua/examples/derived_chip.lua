-- What if H100 had memory half as fast again? A variant names its base and what differs; times(x) multiplies.
--   chipfit explain --chip lua/examples/derived_chip.lua --model llama-3.1-8b --phase decode --batch 64 --context 4096
return derive {
  base = "h100_sxm",
  name = "h100_hbm15",
  memory = { bandwidth = times(1.5), capacity = "120 GB" },
}
