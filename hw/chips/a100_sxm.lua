-- NVIDIA A100 SXM4 80 GB.
return chip {
  name = "a100_sxm",
  title = "NVIDIA A100 SXM4 80 GB",
  vendor = "NVIDIA",
  family = "ampere",
  year = 2021,
  aliases = { "A100", "A100-SXM", "A100-80GB", "A100-SXM-80", "a100_sxm_80" },
  system = "hgx_a100",
  peak = {
    fp32 = "19.5 TFLOP/s", -- on the vector units
    tf32 = "156 TFLOP/s",
    bf16 = "312 TFLOP/s",
    fp16 = "312 TFLOP/s",
    int8 = "624 TOP/s",
    int4 = "1248 TOP/s",
    source = "NVIDIA A100 Tensor Core GPU datasheet, dense; ml-engineering @744d01e, accelerator tables",
  },
  vector = {
    fp32 = "19.5 TFLOP/s",
    special = "2.44 T/s",
    source = "NVIDIA A100 datasheet; 16 results a clock and SM: CUDA C++ Programming Guide, table of "
      .. "arithmetic throughput",
    doubtful = "special derived: 16 x 108 SMs x 1.41 GHz",
  },
  memory = {
    capacity = "80 GB",
    bandwidth = "2.039 TB/s",
    source = "NVIDIA A100 datasheet (HBM2e); ml-engineering @744d01e, accelerator tables",
  },
  store = {
    capacity = "40 MiB",
    bandwidth = "7.2 TB/s",
    source = "NVIDIA A100 architecture whitepaper",
    doubtful = "bandwidth recalled: 5120 B a clock x 1.41 GHz",
  },
  matrix = {
    kind = "tiled",
    cores = 108,
    units = 432,
    fma_per_unit = 256,
    clock = "1.41 GHz",
    source = "NVIDIA A100 architecture whitepaper: 4 tensor cores an SM, 8x4x8 multiply-adds a clock",
  },
  host_bandwidth = "32 GB/s",
  power = {
    tdp = "400 W",
    idle = "55 W",
    source = "NVIDIA A100 datasheet; ml-engineering @744d01e, accelerator tables",
    doubtful = "idle recalled from nvidia-smi readings",
  },
  price = {
    usd_per_hour = "1.3 USD/h",
    date = "2026-05",
    source = "mercatus price survey: specialist clouds 1.10 to 1.50 USD/h",
    doubtful = "middle of the range; hyperscalers ask 1.50 to 3.00",
  },
  notes = "Often quoted with sparsity: 624 TFLOP/s bf16, 1248 TOP/s int8. It has no fp8 arithmetic.",
}
