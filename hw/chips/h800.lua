-- NVIDIA H800 SXM5 80 GB.
return chip {
  name = "h800",
  title = "NVIDIA H800 SXM5 80 GB",
  vendor = "NVIDIA",
  family = "hopper",
  year = 2023,
  aliases = { "H800", "H800-SXM", "h800_sxm" },
  system = "hgx_h800",
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
    source = "DeepEP README @dd758ca; InferSim @f2293da (HBM3); ml-engineering @744d01e, accelerator tables",
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
    usd_per_hour = "2 USD/h",
    date = "2024-12",
    source = "DeepSeek-V3 technical report: assumed rent of an H800",
  },
  notes = "An H100 with its NVLink cut to 200 GB/s in a direction and its fp64 to about 1 TFLOP/s.",
}
