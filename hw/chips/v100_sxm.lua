-- NVIDIA V100 SXM2 32 GB.
return chip {
  name = "v100_sxm",
  title = "NVIDIA V100 SXM2 32 GB",
  vendor = "NVIDIA",
  family = "volta",
  year = 2017,
  aliases = { "V100", "V100-SXM2", "V100-32GB", "V100-SXM" },
  system = "dgx1_v100",
  peak = {
    fp32 = "15.7 TFLOP/s",
    fp16 = "125 TFLOP/s",
    int8 = "62.8 TOP/s",
    source = "NVIDIA V100 datasheet; xenon.com.au V100 page; fp32 runs on the vector units",
    doubtful = "int8 recalled: dp4a on the vector units, no tensor-core rate",
  },
  vector = {
    fp32 = "15.7 TFLOP/s",
    special = "1.96 T/s",
    source = "NVIDIA V100 datasheet; 16 results a clock and SM: CUDA C++ Programming Guide, table of arithmetic "
      .. "throughput",
    doubtful = "special derived: 16 x 80 SMs x 1.53 GHz",
  },
  memory = {
    capacity = "32 GB",
    bandwidth = "900 GB/s",
    source = "NVIDIA V100 datasheet (HBM2)",
  },
  store = {
    capacity = "6 MiB",
    source = "NVIDIA Volta architecture whitepaper",
  },
  matrix = {
    kind = "tiled",
    cores = 80,
    units = 640,
    fma_per_unit = 64,
    clock = "1.53 GHz",
    source = "NVIDIA Volta architecture whitepaper: 8 tensor cores an SM, 4x4x4 multiply-adds a clock",
  },
  host_bandwidth = "16 GB/s",
  power = {
    tdp = "300 W",
    idle = "42 W",
    source = "NVIDIA V100 datasheet",
    doubtful = "idle recalled from nvidia-smi readings",
  },
  price = {
    usd_per_hour = "1.57 USD/h",
    date = "2026-04",
    source = "signwl, blend of providers",
    doubtful = "of a V100 32 GB: SXM is not told from PCIe",
  },
  notes = "No bf16, tf32 or fp8 arithmetic. NVLink 300 GB/s is the sum of both directions. A 16 GB part exists.",
}
