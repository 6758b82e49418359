-- AMD Instinct MI250X 128 GB.
return chip {
  name = "mi250x",
  title = "AMD Instinct MI250X 128 GB",
  vendor = "AMD",
  family = "cdna2",
  year = 2021,
  aliases = { "MI-250X" },
  system = "mi250x_node",
  peak = {
    fp32 = "95.7 TFLOP/s",
    bf16 = "383 TFLOP/s",
    fp16 = "383 TFLOP/s",
    int8 = "383 TOP/s",
    source = "AMD Instinct MI250X datasheet; ml-engineering @744d01e, accelerator tables",
  },
  vector = {
    fp32 = "47.9 TFLOP/s",
    special = "5.98 T/s",
    source = "AMD Instinct MI250X datasheet; ml-engineering @744d01e, accelerator tables",
    doubtful = "special derived: 16 x 220 CUs x 1.7 GHz",
  },
  memory = {
    capacity = "128 GB",
    bandwidth = "3277 GB/s",
    source = "AMD Instinct MI250X datasheet (HBM2e)",
  },
  store = {
    capacity = "16 MiB",
    source = "AMD CDNA2 whitepaper: 8 MiB a die",
  },
  matrix = {
    kind = "tiled",
    cores = 220,
    units = 880,
    fma_per_unit = 128,
    clock = "1.7 GHz",
    source = "AMD CDNA2 whitepaper: 4 matrix cores a CU; clock from the peak",
  },
  host_bandwidth = "32 GB/s",
  power = {
    tdp = "560 W",
    source = "AMD Instinct MI250X datasheet",
    doubtful = "tdp 500 W, 560 W of the board",
  },
  notes = "Two dies that show as two devices, each half of everything here, joined by 200 GB/s a direction.",
}
