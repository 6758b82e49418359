-- NVIDIA B200 SXM6 180 GB.
return chip {
  name = "b200_sxm",
  title = "NVIDIA B200 SXM6 180 GB",
  vendor = "NVIDIA",
  family = "blackwell",
  year = 2024,
  aliases = { "B200", "B200-SXM", "B200-HGX" },
  system = "hgx_b200",
  peak = {
    fp32 = "75 TFLOP/s", -- on the vector units
    tf32 = "1125 TFLOP/s",
    bf16 = "2250 TFLOP/s",
    fp16 = "2250 TFLOP/s",
    fp8 = "4500 TFLOP/s",
    int8 = "4500 TOP/s",
    fp6 = "4500 TFLOP/s",
    fp4 = "9000 TFLOP/s",
    source = "NVIDIA Blackwell datasheet, halved to dense; ml-engineering @744d01e, accelerator tables; "
      .. "aiconfigurator @095f58a b200_sxm.yaml",
  },
  vector = {
    fp32 = "75 TFLOP/s",
    special = "5 T/s",
    source = "NVIDIA Blackwell datasheet; measured rate of exponentials (compilation of hardware numbers)",
    doubtful = "special: about 5 T/s measured; 16 x 148 SMs x 1.86 GHz would be 4.40 T/s",
  },
  memory = {
    capacity = "180 GB",
    bandwidth = "7.7 TB/s",
    source = "aiconfigurator @095f58a b200_sxm.yaml; NVIDIA Blackwell datasheet (HBM3e)",
    doubtful = "bandwidth 7.7 (aiconfigurator), 8.0 (datasheet), 7.48 TB/s measured; capacity 180 GB usable "
      .. "of 192 raw",
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
    clock = "1.86 GHz",
    source = "ml-engineering @744d01e, accelerator tables; tensor clock from the peak",
  },
  host_bandwidth = "64 GB/s",
  power = {
    tdp = "1000 W",
    source = "ml-engineering @744d01e, accelerator tables",
  },
  price = {
    usd_per_hour = "7.52 USD/h",
    date = "2026-04",
    source = "signwl, blend of providers",
  },
  notes = "18 PFLOP/s fp4, 9 fp8 and 4.5 bf16 are with sparsity. host_bandwidth: shipping HGX boards have "
    .. "PCIe 5 (64 GB/s), aiconfigurator writes 128.",
}
