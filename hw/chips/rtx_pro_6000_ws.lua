-- NVIDIA RTX PRO 6000 Workstation 96 GB.
return chip {
  name = "rtx_pro_6000_ws",
  title = "NVIDIA RTX PRO 6000 Workstation 96 GB",
  vendor = "NVIDIA",
  family = "blackwell_rtx",
  year = 2025,
  aliases = { "RTX-PRO-6000-WS", "rtx_pro_6000_workstation", "rtx_pro_6000" },
  system = "pcie5",
  peak = {
    fp32 = "126 TFLOP/s",
    tf32 = "251.9 TFLOP/s",
    bf16 = "503.8 TFLOP/s",
    fp16 = "503.8 TFLOP/s",
    fp8 = "1007.6 TFLOP/s",
    int8 = "1007.6 TOP/s",
    fp4 = "2015 TFLOP/s",
    source = "gpu.name; topcpu.net; LLMServingSim; NVIDIA RTX PRO Blackwell datasheet, dense; fp32 runs on the "
      .. "vector units",
    doubtful = "tf32 derived: half of the 16-bit rate",
  },
  vector = {
    fp32 = "126 TFLOP/s",
    special = "7.87 T/s",
    source = "gpu.name; topcpu.net; LLMServingSim; 16 results a clock and SM: CUDA C++ Programming Guide, table "
      .. "of arithmetic throughput",
    doubtful = "special derived: 16 x 188 SMs x 2.617 GHz",
  },
  memory = {
    kind = "gddr",
    capacity = "96 GB",
    bandwidth = "1792 GB/s",
    source = "gpu.name; topcpu.net; LLMServingSim (GDDR7)",
  },
  store = {
    capacity = "128 MiB",
    source = "gpu.name; topcpu.net; LLMServingSim",
  },
  matrix = {
    kind = "tiled",
    cores = 188,
    units = 752,
    fma_per_unit = 128,
    clock = "2.617 GHz",
    source = "NVIDIA RTX Blackwell whitepaper: 128 multiply-adds a tensor core and clock; clock from the peak",
  },
  host_bandwidth = "64 GB/s",
  power = {
    tdp = "600 W",
    idle = "35 W",
    source = "LLMServingSim @5daddb2: idle 35 W, active 600 W",
  },
  price = {
    usd_per_hour = "0.54 USD/h",
    date = "2026-04",
    source = "signwl, blend of providers",
    doubtful = "of an RTX PRO 6000: the workstation edition is not told apart",
  },
  notes = "Sums in fp32 at full rate, unlike GeForce. 4000 'AI TOPS' are fp4 with sparsity. Its kernels are "
    .. "those of sm_120, not of B200.",
}
