-- NVIDIA T4 16 GB.
return chip {
  name = "t4",
  title = "NVIDIA T4 16 GB",
  vendor = "NVIDIA",
  family = "turing",
  year = 2018,
  aliases = { "Tesla-T4", "T4-PCIe" },
  system = "pcie3",
  peak = {
    fp32 = "8.1 TFLOP/s",
    fp16 = "65 TFLOP/s",
    int8 = "130 TOP/s",
    int4 = "260 TOP/s",
    source = "NVIDIA T4 datasheet; fp32 runs on the vector units",
    doubtful = "fp32, fp16, int8 and int4 recalled from the datasheet",
  },
  vector = {
    fp32 = "8.1 TFLOP/s",
    special = "1.02 T/s",
    source = "NVIDIA T4 datasheet; 16 results a clock and SM: CUDA C++ Programming Guide, table of arithmetic "
      .. "throughput",
    doubtful = "fp32 recalled from the datasheet; special derived: 16 x 40 SMs x 1.59 GHz",
  },
  memory = {
    kind = "gddr",
    capacity = "16 GB",
    bandwidth = "320 GB/s",
    source = "NVIDIA T4 datasheet (GDDR6)",
    doubtful = "capacity and bandwidth recalled; one edition of the datasheet says 300 GB/s",
  },
  store = {
    capacity = "4 MiB",
    source = "NVIDIA Turing architecture whitepaper",
    doubtful = "capacity recalled",
  },
  matrix = {
    kind = "tiled",
    cores = 40,
    units = 320,
    fma_per_unit = 64,
    clock = "1.59 GHz",
    source = "NVIDIA Turing architecture whitepaper: 8 tensor cores an SM, 64 multiply-adds a clock",
    doubtful = "recalled",
  },
  host_bandwidth = "16 GB/s",
  power = {
    tdp = "70 W",
    idle = "10 W",
    source = "NVIDIA T4 datasheet",
    doubtful = "tdp recalled from the datasheet; idle recalled from nvidia-smi readings",
  },
  notes = "The 70 W limit keeps sustained clocks far below 1.59 GHz.",
}
