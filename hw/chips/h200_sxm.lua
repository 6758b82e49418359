-- NVIDIA H200 SXM5 141 GB.
return chip {
  name = "h200_sxm",
  title = "NVIDIA H200 SXM5 141 GB",
  vendor = "NVIDIA",
  family = "hopper",
  year = 2023,
  aliases = { "H200", "H200-SXM", "H200-141GB" },
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
    capacity = "141 GB",
    bandwidth = "4.8 TB/s",
    source = "NVIDIA H200 Tensor Core GPU datasheet (HBM3e); ml-engineering @744d01e, accelerator tables",
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
    idle = "75 W",
    source = "NVIDIA H100 datasheet; ml-engineering @744d01e, accelerator tables",
    doubtful = "idle recalled from nvidia-smi readings",
  },
  price = {
    usd_per_hour = "4 USD/h",
    date = "2026-05",
    source = "mercatus price survey: specialist clouds 3.50 to 4.50 USD/h",
    doubtful = "middle of the range; hyperscalers ask 4.50 to 7.00",
  },
  notes = "The compute of H100 with more and faster memory.",
}
