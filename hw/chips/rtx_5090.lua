-- NVIDIA GeForce RTX 5090 32 GB.
return chip {
  name = "rtx_5090",
  title = "NVIDIA GeForce RTX 5090 32 GB",
  vendor = "NVIDIA",
  family = "blackwell_rtx",
  year = 2025,
  aliases = { "RTX5090", "RTX-5090" },
  system = "pcie5",
  peak = {
    fp32 = "104.8 TFLOP/s",
    tf32 = "104.8 TFLOP/s",
    bf16 = "209.5 TFLOP/s",
    fp16 = "209.5 TFLOP/s",
    fp8 = "419 TFLOP/s",
    int8 = "838 TOP/s",
    fp4 = "1676 TFLOP/s",
    source = "NVIDIA RTX Blackwell whitepaper, dense, summed in fp32; fp32 runs on the vector units",
    doubtful = "fp4 summed in fp16, the other formats in fp32",
  },
  vector = {
    fp32 = "104.8 TFLOP/s",
    special = "6.56 T/s",
    source = "NVIDIA RTX Blackwell whitepaper; 16 results a clock and SM: CUDA C++ Programming Guide, table of "
      .. "arithmetic throughput",
    doubtful = "special derived: 16 x 170 SMs x 2.41 GHz",
  },
  memory = {
    kind = "gddr",
    capacity = "32 GB",
    bandwidth = "1792 GB/s",
    source = "NVIDIA RTX Blackwell whitepaper (GDDR7)",
  },
  store = {
    capacity = "96 MiB",
    source = "NVIDIA RTX Blackwell whitepaper",
  },
  matrix = {
    kind = "tiled",
    cores = 170,
    units = 680,
    fma_per_unit = 64,
    clock = "2.41 GHz",
    source = "NVIDIA RTX Blackwell whitepaper: 128 multiply-adds a tensor core and clock, half of that when "
      .. "summed in fp32",
  },
  host_bandwidth = "64 GB/s",
  power = {
    tdp = "575 W",
    idle = "30 W",
    source = "NVIDIA RTX Blackwell whitepaper",
    doubtful = "idle recalled from nvidia-smi readings",
  },
  notes = "GeForce halves the rates summed in fp32: summed in fp16 it does 419 TFLOP/s in fp16 and 838 in fp8. "
    .. "3352 'AI TOPS' are fp4 with sparsity. Its kernels are those of sm_120, not of B200.",
}
