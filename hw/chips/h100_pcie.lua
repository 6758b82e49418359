-- NVIDIA H100 PCIe 80 GB.
return chip {
  name = "h100_pcie",
  title = "NVIDIA H100 PCIe 80 GB",
  vendor = "NVIDIA",
  family = "hopper",
  year = 2022,
  aliases = { "H100-PCIe-80GB" },
  system = "pcie5_peer",
  peak = {
    fp32 = "51.2 TFLOP/s",
    tf32 = "378 TFLOP/s",
    bf16 = "756.5 TFLOP/s",
    fp16 = "756.5 TFLOP/s",
    fp8 = "1513 TFLOP/s",
    int8 = "1513 TOP/s",
    source = "NVIDIA H100 Tensor Core GPU datasheet, halved to dense; ml-engineering @744d01e, accelerator "
      .. "tables; aiconfigurator @095f58a h100_pcie.yaml; fp32 runs on the vector units",
  },
  vector = {
    fp32 = "51.2 TFLOP/s",
    special = "2.95 T/s",
    source = "NVIDIA H100 datasheet; 16 results a clock and SM: CUDA C++ Programming Guide, table of arithmetic "
      .. "throughput",
    doubtful = "special derived: 16 x 114 SMs x 1.62 GHz",
  },
  memory = {
    capacity = "80 GB",
    bandwidth = "2 TB/s",
    source = "NVIDIA H100 Tensor Core GPU datasheet (HBM2e); ml-engineering @744d01e, accelerator tables",
  },
  store = {
    capacity = "50 MiB",
    source = "NVIDIA H100 datasheet",
  },
  matrix = {
    kind = "tiled",
    cores = 114,
    units = 456,
    fma_per_unit = 512,
    clock = "1.62 GHz",
    source = "NVIDIA H100 architecture whitepaper; clock from the peak, the highest boost is 1.755 GHz",
  },
  host_bandwidth = "64 GB/s",
  power = {
    tdp = "350 W",
    idle = "50 W",
    source = "NVIDIA H100 datasheet; ml-engineering @744d01e, accelerator tables",
    doubtful = "idle recalled from nvidia-smi readings",
  },
  notes = "3026 TFLOP/s fp8 and 1513 TFLOP/s bf16 are with sparsity. A bridge joins pairs with 300 GB/s a "
    .. "direction.",
}
