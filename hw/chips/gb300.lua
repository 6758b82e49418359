-- NVIDIA GB300, one of 72 GPUs.
return chip {
  name = "gb300",
  title = "NVIDIA GB300, one of 72 GPUs",
  vendor = "NVIDIA",
  family = "blackwell",
  year = 2025,
  aliases = { "GB300-NVL72" },
  system = "gb300_nvl72",
  peak = {
    fp32 = "80 TFLOP/s",
    tf32 = "1250 TFLOP/s",
    bf16 = "2500 TFLOP/s",
    fp16 = "2500 TFLOP/s",
    fp8 = "5000 TFLOP/s",
    int8 = "165 TOP/s",
    fp6 = "5000 TFLOP/s",
    fp4 = "15000 TFLOP/s",
    source = "aiconfigurator @095f58a gb300.yaml; ml-engineering @744d01e, accelerator tables, note 24; "
      .. "verda.com; fp32 runs on the vector units",
    doubtful = "int8 165 (aiconfigurator, verda) or 5000 (ml-engineering)",
  },
  vector = {
    fp32 = "80 TFLOP/s",
    special = "10.7 T/s",
    source = "ml-engineering @744d01e, accelerator tables; measured rate of exponentials (compilation of "
      .. "hardware numbers)",
    doubtful = "special measured, twice that of GB200",
  },
  memory = {
    capacity = "279 GB",
    bandwidth = "8 TB/s",
    source = "aiconfigurator @095f58a gb300.yaml (HBM3e)",
    doubtful = "capacity 279 GB (20 TB over 72) or 288 raw",
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
    clock = "2.06 GHz",
    source = "ml-engineering @744d01e, accelerator tables; clock taken as that of GB200",
  },
  host_bandwidth = "225 GB/s",
  power = {
    tdp = "1400 W",
    source = "ml-engineering @744d01e, accelerator tables",
  },
  price = {
    usd_per_hour = "12.32 USD/h",
    date = "2026-04",
    source = "signwl, blend of providers in North America",
  },
  notes = "fp4 of 20 PFLOP/s is with sparsity. host_bandwidth is half of the 450 GB/s that two GPUs share to "
    .. "one Grace.",
}
