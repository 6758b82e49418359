-- NVIDIA B300 SXM6 270 GB.
return chip {
  name = "b300_sxm",
  title = "NVIDIA B300 SXM6 270 GB",
  vendor = "NVIDIA",
  family = "blackwell",
  year = 2025,
  aliases = { "B300", "B300-SXM", "B300-HGX" },
  system = "hgx_b300",
  peak = {
    fp32 = "75 TFLOP/s",
    tf32 = "1125 TFLOP/s",
    bf16 = "2250 TFLOP/s",
    fp16 = "2250 TFLOP/s",
    fp8 = "4500 TFLOP/s",
    int8 = "153.5 TOP/s",
    fp6 = "4500 TFLOP/s",
    fp4 = "13500 TFLOP/s",
    source = "aiconfigurator @095f58a b300_sxm.yaml; ml-engineering @744d01e, accelerator tables, note 21; "
      .. "verda.com; fp32 runs on the vector units",
    doubtful = "fp4 13500 (108 PFLOP/s a board of 8), 14000 (aiconfigurator), 13125 or 12600; int8 153.5 "
      .. "(aiconfigurator, verda) or 4500 (ml-engineering)",
  },
  vector = {
    fp32 = "75 TFLOP/s",
    special = "10.7 T/s",
    source = "ml-engineering @744d01e, accelerator tables; measured rate of exponentials (compilation of "
      .. "hardware numbers)",
    doubtful = "special measured, twice that of B200",
  },
  memory = {
    capacity = "270 GB",
    bandwidth = "7.75 TB/s",
    source = "aiconfigurator @095f58a b300_sxm.yaml (HBM3e)",
    doubtful = "capacity 270 GB usable of 288 raw; bandwidth 7.75 (aiconfigurator) or 8.0 TB/s (datasheet)",
  },
  store = {
    capacity = "126 MiB",
    bandwidth = "21 TB/s",
    source = "Chips and Cheese, B200 measurements",
    doubtful = "bandwidth measured on B200, in the same die half",
  },
  matrix = {
    kind = "tiled",
    cores = 148,
    units = 592,
    fma_per_unit = 1024,
    clock = "1.86 GHz",
    source = "ml-engineering @744d01e, accelerator tables; tensor clock from the peak",
  },
  host_bandwidth = "128 GB/s",
  power = {
    tdp = "1100 W",
    source = "ml-engineering @744d01e, accelerator tables",
    doubtful = "tdp 1000 to 1100 W",
  },
  price = {
    usd_per_hour = "10.31 USD/h",
    date = "2026-04",
    source = "signwl, blend of providers in North America",
  },
  notes = "fp4 with sparsity is 18 PFLOP/s: dense is not half of it. int8 and fp64 were cut for fp4.",
}
