-- NVIDIA H100 SXM5 80 GB.
return chip {
  name = "h100_sxm",
  title = "NVIDIA H100 SXM5 80 GB",
  vendor = "NVIDIA",
  family = "hopper",
  year = 2022,
  aliases = { "H100", "H100-SXM", "H100-SXM5", "H100-80GB" },
  system = "hgx_h100",
  peak = {
    fp32 = "66.9 TFLOP/s", -- on the vector units
    tf32 = "494.7 TFLOP/s",
    bf16 = "989.4 TFLOP/s",
    fp16 = "989.4 TFLOP/s",
    fp8 = "1978.9 TFLOP/s",
    int8 = "1978.9 TOP/s",
    source = "NVIDIA H100 Tensor Core GPU datasheet, halved to dense; ml-engineering @744d01e, accelerator "
      .. "tables",
  },
  vector = {
    fp32 = "66.9 TFLOP/s",
    special = "3.87 T/s",
    source = "NVIDIA H100 datasheet (at 1.98 GHz); 16 results a clock and SM: CUDA C++ Programming Guide, "
      .. "table of arithmetic throughput",
    doubtful = "special derived: 16 x 132 SMs x 1.83 GHz",
  },
  memory = {
    capacity = "80 GB",
    bandwidth = "3.35 TB/s",
    source = "NVIDIA H100 Tensor Core GPU datasheet (HBM3); ml-engineering @744d01e, accelerator tables",
  },
  store = {
    capacity = "50 MiB",
    bandwidth = "5.5 TB/s",
    source = "NVIDIA H100 datasheet; bandwidth measured by Chips and Cheese",
    doubtful = "bandwidth is a measured lower bound",
  },
  matrix = {
    kind = "tiled",
    cores = 132,
    units = 528,
    fma_per_unit = 512,
    clock = "1.83 GHz",
    source = "NVIDIA H100 architecture whitepaper; tensor clock 1.83 GHz from the peak",
  },
  host_bandwidth = "64 GB/s",
  power = {
    tdp = "700 W",
    idle = "70 W",
    source = "NVIDIA H100 datasheet; ml-engineering @744d01e, accelerator tables",
    doubtful = "idle recalled from nvidia-smi readings",
  },
  price = {
    usd_per_hour = "2.95 USD/h",
    date = "2026-05",
    source = "aimultiple: median of 37 providers",
    doubtful = "offers range from 1.47 to 6.88",
  },
  notes = "3958 TFLOP/s fp8 and 1979 TFLOP/s bf16 are with sparsity; NVLink 900 GB/s is the sum of both "
    .. "directions.",
}
