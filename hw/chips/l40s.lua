-- NVIDIA L40S 48 GB PCIe.
return chip {
  name = "l40s",
  title = "NVIDIA L40S 48 GB PCIe",
  vendor = "NVIDIA",
  family = "ada",
  year = 2023,
  aliases = { "L40S-PCIe" },
  system = "pcie4",
  peak = {
    fp32 = "91.6 TFLOP/s", -- on the vector units
    tf32 = "183 TFLOP/s",
    bf16 = "362 TFLOP/s",
    fp16 = "362 TFLOP/s",
    fp8 = "733 TFLOP/s",
    int8 = "733 TOP/s",
    source = "NVIDIA L40S datasheet, halved to dense; ml-engineering @744d01e, accelerator tables, note 6",
    doubtful = "int4 left out: NVIDIA lists 733, Ada elsewhere twice its int8",
  },
  vector = {
    fp32 = "91.6 TFLOP/s",
    special = "5.66 T/s",
    source = "NVIDIA L40S datasheet; 16 results a clock and SM: CUDA C++ Programming Guide, table of "
      .. "arithmetic throughput",
    doubtful = "special derived: 16 x 142 SMs x 2.49 GHz",
  },
  memory = {
    kind = "gddr",
    capacity = "48 GB",
    bandwidth = "864 GB/s",
    source = "NVIDIA L40S datasheet (GDDR6)",
  },
  store = {
    capacity = "96 MiB",
    source = "NVIDIA Ada architecture whitepaper",
  },
  matrix = {
    kind = "tiled",
    cores = 142,
    units = 568,
    fma_per_unit = 128,
    clock = "2.49 GHz",
    source = "NVIDIA Ada architecture whitepaper; clock from the peak",
  },
  host_bandwidth = "32 GB/s",
  power = {
    tdp = "350 W",
    idle = "35 W",
    source = "NVIDIA L40S datasheet",
    doubtful = "idle recalled from nvidia-smi readings",
  },
  notes = "1466 TFLOP/s fp8 is with sparsity.",
}
