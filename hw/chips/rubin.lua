-- NVIDIA Rubin (VR200), one of 72 packages.
return chip {
  name = "rubin",
  title = "NVIDIA Rubin (VR200), one of 72 packages",
  vendor = "NVIDIA",
  family = "rubin",
  year = 2026,
  aliases = { "VR200", "R200", "Rubin-VR200", "vr200_nvl72_gpu" },
  system = "vr200_nvl72",
  peak = {
    fp32 = "130 TFLOP/s",
    tf32 = "2000 TFLOP/s",
    bf16 = "4000 TFLOP/s",
    fp16 = "4000 TFLOP/s",
    fp8 = "17500 TFLOP/s",
    int8 = "250 TOP/s",
    fp6 = "17500 TFLOP/s",
    fp4 = "35000 TFLOP/s",
    source = "ml-engineering @744d01e, accelerator tables, note 26; announcements of 2026; fp32 runs on the "
      .. "vector units",
    doubtful = "preliminary: fp32, tf32, bf16, fp16, fp8, fp6, fp4; fp8 is 4.4 x bf16; 50 PFLOP/s fp4 relies on "
      .. "compression, 35 are dense; int8 250 (recalled) or 2500",
  },
  vector = {
    fp32 = "130 TFLOP/s",
    source = "ml-engineering @744d01e, accelerator tables, note 26",
    doubtful = "fp32 preliminary",
  },
  memory = {
    capacity = "288 GB",
    bandwidth = "22 TB/s",
    source = "ml-engineering @744d01e, accelerator tables, note 26 (HBM4)",
    doubtful = "capacity and bandwidth preliminary; 19.2 to 20 TB/s in a reported lower configuration",
  },
  store = {
    capacity = "126 MiB",
    source = "none published",
    doubtful = "capacity taken from B200",
  },
  matrix = {
    kind = "tiled",
    cores = 224,
    units = 896,
    fma_per_unit = 1024,
    clock = "2.18 GHz",
    source = "announcements: 224 SMs; multiply-adds as in Blackwell",
    doubtful = "preliminary; clock derived from the 16-bit peak",
  },
  host_bandwidth = "900 GB/s",
  power = {
    tdp = "2300 W",
    source = "SemiAnalysis, from pages",
    doubtful = "tdp 1800 W (Max-Q) or 2300 W (Max-P), preliminary",
  },
  notes = "Preliminary in all numbers. host_bandwidth is one way to a Vera that two packages share.",
}
