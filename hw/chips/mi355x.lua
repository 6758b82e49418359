-- AMD Instinct MI355X 288 GB.
return chip {
  name = "mi355x",
  title = "AMD Instinct MI355X 288 GB",
  vendor = "AMD",
  family = "cdna4",
  year = 2025,
  aliases = { "MI-355X" },
  system = "mi355x_node",
  peak = {
    fp32 = "157.3 TFLOP/s",
    bf16 = "2516.6 TFLOP/s",
    fp16 = "2516.6 TFLOP/s",
    fp8 = "5033 TFLOP/s",
    int8 = "5033 TOP/s",
    fp6 = "10066 TFLOP/s",
    fp4 = "10066 TFLOP/s",
    source = "AMD Instinct MI355X datasheet, dense; ml-engineering @744d01e, accelerator tables, note 22",
  },
  vector = {
    fp32 = "157.3 TFLOP/s",
    special = "19.7 T/s",
    source = "AMD Instinct MI355X datasheet, dense; ml-engineering @744d01e, accelerator tables, note 22",
    doubtful = "32 transcendentals a clock and CU (twice those of CDNA3) recalled; special derived: 32 x 256 "
      .. "CUs x 2.4 GHz",
  },
  memory = {
    capacity = "288 GB",
    bandwidth = "8 TB/s",
    source = "AMD Instinct MI355X datasheet (HBM3e); ml-engineering @744d01e, accelerator tables",
  },
  store = {
    capacity = "256 MiB",
    source = "AMD CDNA4 whitepaper: Infinity Cache",
  },
  matrix = {
    kind = "tiled",
    cores = 256,
    units = 1024,
    fma_per_unit = 512,
    clock = "2.4 GHz",
    source = "AMD CDNA4 whitepaper: 4 matrix cores a CU, 512 multiply-adds a clock",
  },
  host_bandwidth = "64 GB/s",
  power = {
    tdp = "1400 W",
    source = "AMD Instinct MI355X datasheet; ml-engineering @744d01e, accelerator tables",
  },
  notes = "10.1 PFLOP/s fp8 and 5.0 fp16 are with sparsity; fp6 has the rate of fp4. tf32 is emulated. MI350X "
    .. "is the same at 2.2 GHz and 1000 W.",
}
