-- A chip on paper: its peaks follow from the matrix units, 2 x units x fma_per_unit x clock in bf16.
--   chipfit explain --chip lua/examples/paper_chip.lua --model llama-3.1-8b --phase prefill --prompt 4096 --formats fp8
local cores, units_a_core, clock = 96, 4, "1.7 GHz"

return chip {
  name = "paper",
  title = "a chip on paper",
  family = "paper",
  system = "hgx_h100",
  matrix = {
    kind = "tiled",
    cores = cores,
    units = cores * units_a_core,
    fma_per_unit = 1024,
    clock = clock,
    ratios = { fp16 = 1, fp8 = 2, fp4 = 4, int8 = 2, tf32 = 0.5 },
    source = "an example",
  },
  vector = { fp32 = "42 TFLOP/s", source = "an example: 128 lanes a core" },
  memory = { capacity = "192 GB", bandwidth = "6 TB/s", source = "an example: six stacks of 1 TB/s" },
  store = { capacity = "64 MiB", source = "an example" },
  power = { tdp = "800 W", source = "an example" },
}
