-- AMD Instinct MI300X 192 GB.
return chip {
  name = "mi300x",
  title = "AMD Instinct MI300X 192 GB",
  vendor = "AMD",
  family = "cdna3",
  year = 2023,
  aliases = { "MI-300X" },
  system = "mi300x_node",
  peak = {
    fp32 = "163.4 TFLOP/s",
    tf32 = "653.7 TFLOP/s",
    bf16 = "1307.4 TFLOP/s",
    fp16 = "1307.4 TFLOP/s",
    fp8 = "2614.9 TFLOP/s",
    int8 = "2614.9 TOP/s",
    source = "AMD Instinct MI300X datasheet, halved to dense; ml-engineering @744d01e, accelerator tables",
  },
  vector = {
    fp32 = "163.4 TFLOP/s",
    special = "10.2 T/s",
    source = "AMD Instinct MI300X datasheet, halved to dense; ml-engineering @744d01e, accelerator tables",
    doubtful = "special derived: 16 x 304 CUs x 2.1 GHz",
  },
  memory = {
    capacity = "192 GB",
    bandwidth = "5.3 TB/s",
    source = "AMD Instinct MI300X datasheet (HBM3); ml-engineering @744d01e, accelerator tables",
  },
  store = {
    capacity = "256 MiB",
    bandwidth = "17 TB/s",
    source = "AMD CDNA3 whitepaper: Infinity Cache; 32 MiB of L2 lie in front of it",
    doubtful = "bandwidth is the peak that AMD states",
  },
  matrix = {
    kind = "tiled",
    cores = 304,
    units = 1216,
    fma_per_unit = 256,
    clock = "2.1 GHz",
    source = "AMD CDNA3 whitepaper: 4 matrix cores a CU, 256 multiply-adds a clock",
  },
  host_bandwidth = "64 GB/s",
  power = {
    tdp = "750 W",
    source = "AMD Instinct MI300X datasheet; ml-engineering @744d01e, accelerator tables",
  },
  price = {
    usd_per_hour = "1.78 USD/h",
    date = "2026-11",
    source = "gpu.blog and others: 1.71 to 1.85 USD/h",
    doubtful = "the date is that of the reading; offers go up to 5",
  },
  notes = "5230 TFLOP/s fp8 and 2615 bf16 are with sparsity. Infinity Fabric 896 GB/s is the sum of both "
    .. "directions; one pair gets 64 GB/s.",
}
