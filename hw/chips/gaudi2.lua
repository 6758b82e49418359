-- Intel Gaudi 2 96 GB.
return chip {
  name = "gaudi2",
  title = "Intel Gaudi 2 96 GB",
  vendor = "Intel",
  family = "gaudi",
  year = 2022,
  aliases = { "Gaudi-2" },
  system = "gaudi2_node",
  peak = {
    bf16 = "432 TFLOP/s",
    fp8 = "865 TFLOP/s",
    source = "ml-engineering @744d01e, accelerator tables; Intel Gaudi 2 white paper",
  },
  vector = {
    fp32 = "5.07 TFLOP/s",
    source = "Intel Gaudi 2 white paper: 24 tensor processor cores",
    doubtful = "fp32 derived: 2 x 24 cores x 64 lanes x 1.65 GHz",
  },
  memory = {
    capacity = "96 GB",
    bandwidth = "2.46 TB/s",
    source = "Intel Gaudi 2 white paper (HBM2e); ml-engineering @744d01e, accelerator tables",
  },
  store = {
    capacity = "48 MiB",
    source = "Intel Gaudi 2 white paper",
  },
  matrix = {
    kind = "systolic",
    cores = 2,
    units = 2,
    rows = 256,
    columns = 256,
    fma_per_unit = 65536,
    clock = "1.65 GHz",
    source = "Intel Gaudi 2 white paper: two engines of 256x256; clock from the peak",
  },
  host_bandwidth = "32 GB/s",
  power = {
    tdp = "600 W",
    source = "ml-engineering @744d01e, accelerator tables",
  },
  notes = "600 GB/s are 24 ports of 100 Gb/s, both ways; 21 of them stay in the box, 37.5 GB/s a pair of chips.",
}
