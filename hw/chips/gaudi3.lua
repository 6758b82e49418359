-- Intel Gaudi 3 128 GB.
return chip {
  name = "gaudi3",
  title = "Intel Gaudi 3 128 GB",
  vendor = "Intel",
  family = "gaudi",
  year = 2024,
  aliases = { "Gaudi-3" },
  system = "gaudi3_node",
  peak = {
    fp32 = "229 TFLOP/s",
    tf32 = "459 TFLOP/s",
    bf16 = "1677 TFLOP/s",
    fp16 = "459 TFLOP/s",
    fp8 = "1677 TFLOP/s",
    source = "ml-engineering @744d01e, accelerator tables, notes 8 and 19; Intel Gaudi 3 white paper",
    doubtful = "bf16 and fp8 1677 at the shipping 1.6 GHz, 1835 in the white paper at 1.75 GHz",
  },
  vector = {
    fp32 = "14.3 TFLOP/s",
    source = "Intel Gaudi 3 white paper: 28.7 TFLOP/s in bf16 on the vector units",
    doubtful = "fp32 derived: half of bf16",
  },
  memory = {
    capacity = "128 GB",
    bandwidth = "3.67 TB/s",
    source = "Intel Gaudi 3 white paper (HBM2e); ml-engineering @744d01e, accelerator tables",
  },
  store = {
    capacity = "96 MiB",
    bandwidth = "12.8 TB/s",
    source = "Intel Gaudi 3 white paper",
  },
  matrix = {
    kind = "systolic",
    cores = 8,
    units = 8,
    rows = 256,
    columns = 256,
    fma_per_unit = 65536,
    clock = "1.6 GHz",
    source = "Intel Gaudi 3 white paper: eight engines of 256x256; shipping clock",
  },
  host_bandwidth = "64 GB/s",
  power = {
    tdp = "900 W",
    source = "ml-engineering @744d01e, accelerator tables",
    doubtful = "tdp 1200 W for the liquid-cooled part",
  },
  notes = "1200 GB/s are 24 ports of 200 Gb/s, both ways; 21 of them stay in the box, 75 GB/s a pair of chips. "
    .. "fp8 runs at the bf16 rate.",
}
