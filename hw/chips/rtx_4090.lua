-- NVIDIA GeForce RTX 4090 24 GB.
return chip {
  name = "rtx_4090",
  title = "NVIDIA GeForce RTX 4090 24 GB",
  vendor = "NVIDIA",
  family = "ada",
  year = 2022,
  aliases = { "RTX4090", "RTX-4090" },
  system = "pcie4",
  peak = {
    fp32 = "82.6 TFLOP/s",
    tf32 = "82.6 TFLOP/s",
    bf16 = "165.2 TFLOP/s",
    fp16 = "165.2 TFLOP/s",
    fp8 = "330.3 TFLOP/s",
    int8 = "660.6 TOP/s",
    int4 = "1321 TOP/s",
    source = "NVIDIA Ada architecture whitepaper v2.02, dense, summed in fp32; waredb.com rtx-4090; fp32 runs "
      .. "on the vector units",
  },
  vector = {
    fp32 = "82.6 TFLOP/s",
    special = "5.16 T/s",
    source = "NVIDIA Ada architecture whitepaper; 16 results a clock and SM: CUDA C++ Programming Guide, table "
      .. "of arithmetic throughput",
    doubtful = "special derived: 16 x 128 SMs x 2.52 GHz",
  },
  memory = {
    kind = "gddr",
    capacity = "24 GB",
    bandwidth = "1008 GB/s",
    source = "NVIDIA Ada architecture whitepaper (GDDR6X)",
  },
  store = {
    capacity = "72 MiB",
    source = "NVIDIA Ada architecture whitepaper",
  },
  matrix = {
    kind = "tiled",
    cores = 128,
    units = 512,
    fma_per_unit = 64,
    clock = "2.52 GHz",
    source = "NVIDIA Ada architecture whitepaper: 128 multiply-adds a tensor core and clock, half of that when "
      .. "summed in fp32",
  },
  host_bandwidth = "32 GB/s",
  power = {
    tdp = "450 W",
    idle = "20 W",
    source = "NVIDIA Ada architecture whitepaper",
    doubtful = "idle recalled from nvidia-smi readings",
  },
  notes = "GeForce halves the rates summed in fp32: summed in fp16 it does 330 TFLOP/s in fp16 and 661 in fp8. "
    .. "1321 TFLOP/s fp8 is with sparsity too.",
}
