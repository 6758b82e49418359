-- NVIDIA A100 PCIe 80 GB.
return chip {
  name = "a100_pcie_80",
  title = "NVIDIA A100 PCIe 80 GB",
  vendor = "NVIDIA",
  family = "ampere",
  year = 2021,
  aliases = { "A100-PCIe", "A100-PCIe-80GB" },
  system = "pcie4_peer",
  peak = {
    fp32 = "19.5 TFLOP/s",
    tf32 = "156 TFLOP/s",
    bf16 = "312 TFLOP/s",
    fp16 = "312 TFLOP/s",
    int8 = "624 TOP/s",
    int4 = "1248 TOP/s",
    source = "NVIDIA A100 Tensor Core GPU datasheet, dense; ml-engineering @744d01e, accelerator tables; fp32 "
      .. "runs on the vector units",
  },
  vector = {
    fp32 = "19.5 TFLOP/s",
    special = "2.44 T/s",
    source = "NVIDIA A100 datasheet; 16 results a clock and SM: CUDA C++ Programming Guide, table of arithmetic "
      .. "throughput",
    doubtful = "special derived: 16 x 108 SMs x 1.41 GHz",
  },
  memory = {
    capacity = "80 GB",
    bandwidth = "1935 GB/s",
    source = "NVIDIA A100 PCIe datasheet (HBM2e)",
    doubtful = "capacity and bandwidth recalled from the datasheet",
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
    tdp = "300 W",
    idle = "45 W",
    source = "NVIDIA A100 PCIe datasheet",
    doubtful = "tdp recalled from the datasheet; idle recalled from nvidia-smi readings",
  },
  price = {
    usd_per_hour = "1.3 USD/h",
    date = "2026-05",
    source = "mercatus price survey: specialist clouds 1.10 to 1.50 USD/h",
    doubtful = "of an A100 80 GB: the survey does not tell SXM from PCIe",
  },
  notes = "The chip of A100 SXM under a lower power limit. It has no fp8 arithmetic.",
}
