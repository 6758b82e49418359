-- NVIDIA P100 PCIe 16 GB.
return chip {
  name = "p100",
  title = "NVIDIA P100 PCIe 16 GB",
  vendor = "NVIDIA",
  family = "pascal",
  year = 2016,
  aliases = { "P100-PCIe", "p100_pcie" },
  system = "pcie3",
  peak = {
    fp32 = "9.3 TFLOP/s",
    fp16 = "18.7 TFLOP/s",
    source = "NVIDIA Tesla P100 PCIe datasheet",
    doubtful = "fp32 and fp16 recalled from the datasheet; they are rates of the vector units",
  },
  vector = {
    fp32 = "9.3 TFLOP/s",
    special = "1.17 T/s",
    source = "NVIDIA Tesla P100 PCIe datasheet; 16 results a clock and SM: CUDA C++ Programming Guide, table of "
      .. "arithmetic throughput",
    doubtful = "fp32 recalled from the datasheet; special derived: 16 x 56 SMs x 1.303 GHz",
  },
  memory = {
    capacity = "16 GB",
    bandwidth = "732 GB/s",
    source = "NVIDIA Tesla P100 PCIe datasheet (HBM2)",
    doubtful = "capacity and bandwidth recalled from the datasheet",
  },
  store = {
    capacity = "4 MiB",
    source = "NVIDIA Pascal architecture whitepaper",
    doubtful = "capacity recalled",
  },
  matrix = {
    kind = "tiled",
    cores = 56,
    units = 3584,
    fma_per_unit = 2,
    clock = "1.303 GHz",
    source = "NVIDIA Pascal architecture whitepaper: 64 lanes an SM, two fp16 each",
    doubtful = "recalled; the units are vector lanes",
  },
  host_bandwidth = "16 GB/s",
  power = {
    tdp = "250 W",
    idle = "27 W",
    source = "NVIDIA Tesla P100 PCIe datasheet",
    doubtful = "tdp recalled from the datasheet; idle recalled from nvidia-smi readings",
  },
  notes = "It has no matrix unit: the peaks are those of the vector units, fp16 in pairs.",
}
