-- NVIDIA H100 NVL 94 GB PCIe.
return chip {
  name = "h100_nvl",
  title = "NVIDIA H100 NVL 94 GB PCIe",
  vendor = "NVIDIA",
  family = "hopper",
  year = 2023,
  aliases = { "H100-NVL" },
  system = "h100_nvl_pairs",
  peak = {
    fp32 = "60 TFLOP/s",
    tf32 = "417.5 TFLOP/s",
    bf16 = "835 TFLOP/s",
    fp16 = "835 TFLOP/s",
    fp8 = "1671 TFLOP/s",
    int8 = "1671 TOP/s",
    source = "NVIDIA H100 NVL datasheet, halved to dense; fp32 runs on the vector units",
    doubtful = "all rates recalled from the datasheet (fp32, tf32, bf16, fp16, fp8, int8); ml-engineering says "
      .. "the same FLOP/s as H100",
  },
  vector = {
    fp32 = "60 TFLOP/s",
    special = "3.25 T/s",
    source = "NVIDIA H100 NVL datasheet; 16 results a clock and SM: CUDA C++ Programming Guide, table of "
      .. "arithmetic throughput",
    doubtful = "fp32 recalled from the datasheet; special derived: 16 x 132 SMs x 1.54 GHz",
  },
  memory = {
    capacity = "94 GB",
    bandwidth = "3.938 TB/s",
    source = "ml-engineering @744d01e, accelerator tables, note 15 (94 GB, 3.9 TB/s); NVIDIA H100 NVL datasheet "
      .. "(HBM3)",
  },
  store = {
    capacity = "50 MiB",
    source = "NVIDIA H100 datasheet",
  },
  matrix = {
    kind = "tiled",
    cores = 132,
    units = 528,
    fma_per_unit = 512,
    clock = "1.54 GHz",
    source = "NVIDIA H100 architecture whitepaper; clock from the peak",
    doubtful = "clock derived from a recalled peak",
  },
  host_bandwidth = "64 GB/s",
  power = {
    tdp = "400 W",
    idle = "60 W",
    source = "ml-engineering @744d01e, accelerator tables: 350 to 400 W",
    doubtful = "tdp 350 or 400 W; idle recalled from nvidia-smi readings",
  },
  notes = "Figures of 188 GB and 7.8 TB/s are of two cards; 3341 TFLOP/s fp8 is with sparsity.",
}
