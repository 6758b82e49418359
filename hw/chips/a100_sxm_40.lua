-- NVIDIA A100 SXM4 40 GB.
return chip {
  name = "a100_sxm_40",
  title = "NVIDIA A100 SXM4 40 GB",
  vendor = "NVIDIA",
  family = "ampere",
  year = 2020,
  aliases = { "A100-40GB", "A100-SXM-40" },
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
    capacity = "40 GB",
    bandwidth = "1.555 TB/s",
    source = "NVIDIA A100 datasheet (HBM2); ml-engineering @744d01e, accelerator tables",
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
    usd_per_hour = "1.79 USD/h",
    date = "2026-04",
    source = "signwl, blend of providers",
  },
  notes = "Often quoted with sparsity: 624 TFLOP/s bf16, 1248 TOP/s int8. It has no fp8 arithmetic.",
}
