-- Google TPU v5p.
return chip {
  name = "tpu_v5p",
  title = "Google TPU v5p",
  vendor = "Google",
  family = "tpu",
  year = 2023,
  aliases = { "TPUv5p", "TPU-v5p", "v5p" },
  system = "tpu_v5p",
  peak = {
    bf16 = "459 TFLOP/s",
    fp8 = "459 TFLOP/s",
    int8 = "918 TOP/s",
    int4 = "1836 TOP/s",
    source = "How to Scale Your Model (Austin et al. 2025), TPU chapter @0819a7d; Google Cloud documentation, "
      .. "TPU v5p; jax tpu_info.py",
    doubtful = "fp8 runs at the 16-bit rate and int4 is from jax alone",
  },
  vector = {
    fp32 = "14.3 TFLOP/s",
    special = "3.58 T/s",
    source = "How to Scale Your Model (Austin et al. 2025), TPU chapter @0819a7d: 8 x 128 lanes with 4 units each",
    doubtful = "derived: 2 cores x 1024 lanes x 4 x 1.75 GHz, and one exponential a lane and clock",
  },
  memory = {
    capacity = "95 GB",
    bandwidth = "2.765 TB/s",
    source = "Google Cloud documentation, TPU v5p; How to Scale Your Model (Austin et al. 2025), TPU chapter "
      .. "@0819a7d",
  },
  store = {
    capacity = "128 MiB",
    bandwidth = "61 TB/s",
    source = "How to Scale Your Model (Austin et al. 2025), TPU chapter @0819a7d",
    doubtful = "bandwidth by the rule of 22 x HBM",
  },
  matrix = {
    kind = "systolic",
    cores = 2,
    units = 8,
    rows = 128,
    columns = 128,
    fma_per_unit = 16384,
    clock = "1.75 GHz",
    source = "How to Scale Your Model (Austin et al. 2025), TPU chapter @0819a7d: 128x128 multiply-adds a clock "
      .. "and unit",
  },
  host_bandwidth = "16 GB/s",
  price = {
    usd_per_hour = "4.2 USD/h",
    date = "2025-02",
    source = "Google Cloud, on demand, as in How to Scale Your Model",
    doubtful = "recalled",
  },
  notes = "host_bandwidth is recalled. Its power is not published.",
}
