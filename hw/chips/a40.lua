-- NVIDIA A40 48 GB PCIe.
return chip {
  name = "a40",
  title = "NVIDIA A40 48 GB PCIe",
  vendor = "NVIDIA",
  family = "ampere_rtx",
  year = 2020,
  aliases = { "A40-PCIe" },
  system = "pcie4_peer",
  peak = {
    fp32 = "37.4 TFLOP/s",
    tf32 = "74.8 TFLOP/s",
    bf16 = "149.7 TFLOP/s",
    fp16 = "149.7 TFLOP/s",
    int8 = "299.3 TOP/s",
    int4 = "598.7 TOP/s",
    source = "NVIDIA A40 datasheet, dense; fp32 runs on the vector units",
    doubtful = "fp32, tf32, bf16, fp16, int8 and int4 recalled from the datasheet",
  },
  vector = {
    fp32 = "37.4 TFLOP/s",
    special = "2.34 T/s",
    source = "NVIDIA A40 datasheet; 16 results a clock and SM: CUDA C++ Programming Guide, table of arithmetic "
      .. "throughput",
    doubtful = "fp32 recalled from the datasheet; special derived: 16 x 84 SMs x 1.74 GHz",
  },
  memory = {
    kind = "gddr",
    capacity = "48 GB",
    bandwidth = "696 GB/s",
    source = "NVIDIA A40 datasheet (GDDR6)",
    doubtful = "capacity and bandwidth recalled from the datasheet",
  },
  store = {
    capacity = "6 MiB",
    source = "NVIDIA GA102 whitepaper",
    doubtful = "capacity recalled",
  },
  matrix = {
    kind = "tiled",
    cores = 84,
    units = 336,
    fma_per_unit = 128,
    clock = "1.74 GHz",
    source = "NVIDIA GA102 whitepaper: 4 tensor cores an SM, 128 multiply-adds a clock",
    doubtful = "recalled",
  },
  host_bandwidth = "32 GB/s",
  power = {
    tdp = "300 W",
    idle = "25 W",
    source = "NVIDIA A40 datasheet",
    doubtful = "tdp recalled from the datasheet; idle recalled from nvidia-smi readings",
  },
  notes = "299 TFLOP/s fp16 and 599 TOP/s int8 are with sparsity. An NVLink bridge joins pairs with 56 GB/s a "
    .. "direction.",
}
