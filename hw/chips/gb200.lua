-- NVIDIA GB200, one GPU of an NVL72 rack.
return chip {
  name = "gb200",
  title = "NVIDIA GB200, one GPU of an NVL72 rack",
  vendor = "NVIDIA",
  family = "blackwell",
  year = 2024,
  aliases = { "GB200-NVL72", "GB200-SXM" },
  system = "gb200_nvl72",
  peak = {
    fp32 = "80 TFLOP/s", -- on the vector units
    tf32 = "1250 TFLOP/s",
    bf16 = "2500 TFLOP/s",
    fp16 = "2500 TFLOP/s",
    fp8 = "5000 TFLOP/s",
    int8 = "5000 TOP/s",
    fp6 = "5000 TFLOP/s",
    fp4 = "10000 TFLOP/s",
    source = "NVIDIA Blackwell datasheet, halved to dense; ml-engineering @744d01e, accelerator tables; "
      .. "aiconfigurator @095f58a gb200.yaml",
  },
  vector = {
    fp32 = "80 TFLOP/s",
    special = "5 T/s",
    source = "NVIDIA Blackwell datasheet; measured rate of exponentials (compilation of hardware numbers)",
    doubtful = "special: about 5 T/s measured; 16 x 148 SMs x 2.06 GHz would be 4.88 T/s",
  },
  memory = {
    capacity = "186 GB",
    bandwidth = "8 TB/s",
    source = "aiconfigurator @095f58a gb200.yaml; NVIDIA Blackwell datasheet (HBM3e)",
  },
  store = {
    capacity = "126 MiB",
    bandwidth = "21 TB/s",
    source = "Chips and Cheese, B200 measurements",
    doubtful = "bandwidth measured in the same die half; 16.8 TB/s across",
  },
  matrix = {
    kind = "tiled",
    cores = 148,
    units = 592,
    fma_per_unit = 1024,
    clock = "2.06 GHz",
    source = "ml-engineering @744d01e, accelerator tables; tensor clock from the peak",
  },
  host_bandwidth = "225 GB/s",
  power = {
    tdp = "1200 W",
    source = "ml-engineering @744d01e, accelerator tables",
  },
  price = {
    usd_per_hour = "12.47 USD/h",
    date = "2026-04",
    source = "signwl, blend of providers in North America",
  },
  notes = "Figures of a superchip are for two GPUs. host_bandwidth is half of the 450 GB/s that two GPUs "
    .. "share to one Grace; one alone measured 360 to 377 GB/s.",
}
