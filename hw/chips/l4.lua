-- NVIDIA L4 24 GB.
return chip {
  name = "l4",
  title = "NVIDIA L4 24 GB",
  vendor = "NVIDIA",
  family = "ada",
  year = 2023,
  aliases = { "L4-PCIe" },
  system = "pcie4",
  peak = {
    fp32 = "30.3 TFLOP/s",
    tf32 = "60 TFLOP/s",
    bf16 = "121 TFLOP/s",
    fp16 = "121 TFLOP/s",
    fp8 = "242.5 TFLOP/s",
    int8 = "242.5 TOP/s",
    source = "NVIDIA L4 datasheet, halved to dense; aiconfigurator @095f58a l4.yaml; fp32 runs on the vector units",
  },
  vector = {
    fp32 = "30.3 TFLOP/s",
    special = "1.89 T/s",
    source = "NVIDIA L4 datasheet; 16 results a clock and SM: CUDA C++ Programming Guide, table of arithmetic "
      .. "throughput",
    doubtful = "special derived: 16 x 58 SMs x 2.04 GHz",
  },
  memory = {
    kind = "gddr",
    capacity = "24 GB",
    bandwidth = "300 GB/s",
    source = "NVIDIA L4 datasheet (GDDR6)",
  },
  store = {
    capacity = "48 MiB",
    source = "NVIDIA Ada architecture whitepaper",
  },
  matrix = {
    kind = "tiled",
    cores = 58,
    units = 232,
    fma_per_unit = 128,
    clock = "2.04 GHz",
    source = "NVIDIA Ada architecture whitepaper; clock from the peak",
  },
  host_bandwidth = "32 GB/s",
  power = {
    tdp = "72 W",
    idle = "16 W",
    source = "NVIDIA L4 datasheet",
    doubtful = "idle recalled from nvidia-smi readings",
  },
  notes = "485 TFLOP/s fp8 and 242 bf16 are with sparsity. The 72 W limit keeps sustained clocks far below 2.04 "
    .. "GHz.",
}
