-- NVIDIA V100 PCIe 32 GB.
return chip {
  name = "v100_pcie",
  title = "NVIDIA V100 PCIe 32 GB",
  vendor = "NVIDIA",
  family = "volta",
  year = 2018,
  aliases = { "V100-PCIe", "V100-PCIe-32GB" },
  system = "pcie3",
  peak = {
    fp32 = "14 TFLOP/s",
    fp16 = "112 TFLOP/s",
    int8 = "56 TOP/s",
    source = "NVIDIA V100 datasheet; fp32 runs on the vector units",
    doubtful = "fp32, fp16 and int8 recalled from the datasheet; int8 is dp4a on the vector units",
  },
  vector = {
    fp32 = "14 TFLOP/s",
    special = "1.75 T/s",
    source = "NVIDIA V100 datasheet; 16 results a clock and SM: CUDA C++ Programming Guide, table of arithmetic "
      .. "throughput",
    doubtful = "fp32 recalled from the datasheet; special derived: 16 x 80 SMs x 1.37 GHz",
  },
  memory = {
    capacity = "32 GB",
    bandwidth = "900 GB/s",
    source = "NVIDIA V100 datasheet (HBM2)",
    doubtful = "capacity and bandwidth recalled from the datasheet; a 16 GB part exists",
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
    clock = "1.37 GHz",
    source = "NVIDIA Volta architecture whitepaper: 8 tensor cores an SM, 4x4x4 multiply-adds a clock; clock "
      .. "from the peak",
  },
  host_bandwidth = "16 GB/s",
  power = {
    tdp = "250 W",
    idle = "25 W",
    source = "NVIDIA V100 datasheet",
    doubtful = "tdp recalled from the datasheet; idle recalled from nvidia-smi readings",
  },
  price = {
    usd_per_hour = "1.57 USD/h",
    date = "2026-04",
    source = "signwl, blend of providers",
    doubtful = "of a V100 32 GB: SXM is not told from PCIe",
  },
  notes = "No bf16, tf32 or fp8 arithmetic.",
}
