-- AMD Instinct MI210 64 GB.
return chip {
  name = "mi210",
  title = "AMD Instinct MI210 64 GB",
  vendor = "AMD",
  family = "cdna2",
  year = 2022,
  aliases = { "MI-210" },
  system = "mi210_hive",
  peak = {
    fp32 = "45.3 TFLOP/s",
    bf16 = "181 TFLOP/s",
    fp16 = "181 TFLOP/s",
    int8 = "181 TOP/s",
    source = "AMD Instinct MI210 datasheet; NeuSight @6945927 AMD_Instinct_MI210.json",
  },
  vector = {
    fp32 = "22.6 TFLOP/s",
    special = "2.83 T/s",
    source = "AMD Instinct MI210 datasheet; NeuSight @6945927 AMD_Instinct_MI210.json",
    doubtful = "special derived: 16 x 104 CUs x 1.7 GHz",
  },
  memory = {
    capacity = "64 GB",
    bandwidth = "1638 GB/s",
    source = "AMD Instinct MI210 datasheet (HBM2e)",
  },
  store = {
    capacity = "8 MiB",
    source = "AMD CDNA2 whitepaper",
    doubtful = "capacity 8 MiB; NeuSight says 16",
  },
  matrix = {
    kind = "tiled",
    cores = 104,
    units = 416,
    fma_per_unit = 128,
    clock = "1.7 GHz",
    source = "AMD CDNA2 whitepaper: 4 matrix cores a CU; clock from the peak",
  },
  host_bandwidth = "32 GB/s",
  power = {
    tdp = "300 W",
    source = "AMD Instinct MI210 datasheet",
  },
  notes = "int8 runs at the bf16 rate. Infinity Fabric 300 GB/s is the sum of both directions.",
}
