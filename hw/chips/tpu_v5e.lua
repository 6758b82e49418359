-- Google TPU v5e.
return chip {
  name = "tpu_v5e",
  title = "Google TPU v5e",
  vendor = "Google",
  family = "tpu",
  year = 2023,
  aliases = { "TPUv5e", "TPU-v5e", "v5e", "tpu_v5_lite", "v5litepod" },
  system = "tpu_v5e",
  peak = {
    bf16 = "197 TFLOP/s",
    int8 = "394 TOP/s",
    int4 = "788 TOP/s",
    source = "How to Scale Your Model (Austin et al. 2025), TPU chapter @0819a7d; Google Cloud documentation, "
      .. "TPU v5e; jax tpu_info.py",
    doubtful = "int4 from jax alone",
  },
  vector = {
    fp32 = "6.14 TFLOP/s",
    special = "1.54 T/s",
    source = "How to Scale Your Model (Austin et al. 2025), TPU chapter @0819a7d: 8 x 128 lanes with 4 units each",
    doubtful = "derived: 1024 lanes x 4 x 1.5 GHz, and one exponential a lane and clock",
  },
  memory = {
    capacity = "16 GB",
    bandwidth = "819 GB/s",
    source = "Google Cloud documentation, TPU v5e; How to Scale Your Model (Austin et al. 2025), TPU chapter "
      .. "@0819a7d",
  },
  store = {
    capacity = "128 MiB",
    bandwidth = "18 TB/s",
    source = "How to Scale Your Model (Austin et al. 2025), TPU chapter @0819a7d",
    doubtful = "bandwidth by the rule of 22 x HBM",
  },
  matrix = {
    kind = "systolic",
    cores = 1,
    units = 4,
    rows = 128,
    columns = 128,
    fma_per_unit = 16384,
    clock = "1.5 GHz",
    source = "How to Scale Your Model (Austin et al. 2025), TPU chapter @0819a7d: 128x128 multiply-adds a clock "
      .. "and unit",
  },
  host_bandwidth = "16 GB/s",
  price = {
    usd_per_hour = "1.2 USD/h",
    date = "2025-02",
    source = "Google Cloud, on demand, as in How to Scale Your Model",
    doubtful = "recalled",
  },
  notes = "host_bandwidth is recalled. Its power is not published.",
}
