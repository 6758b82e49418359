-- Google TPU v4.
return chip {
  name = "tpu_v4",
  title = "Google TPU v4",
  vendor = "Google",
  family = "tpu",
  year = 2021,
  aliases = { "TPUv4", "TPUv4p", "TPU-v4", "v4p" },
  system = "tpu_v4",
  peak = {
    bf16 = "275 TFLOP/s",
    int8 = "275 TOP/s",
    source = "How to Scale Your Model (Austin et al. 2025), TPU chapter @0819a7d; Google Cloud documentation, "
      .. "TPU v4; jax tpu_info.py",
  },
  vector = {
    fp32 = "8.6 TFLOP/s",
    special = "2.15 T/s",
    source = "How to Scale Your Model (Austin et al. 2025), TPU chapter @0819a7d: 8 x 128 lanes with 4 units each",
    doubtful = "derived: 2 cores x 1024 lanes x 4 x 1.05 GHz, and one exponential a lane and clock",
  },
  memory = {
    capacity = "32 GB",
    bandwidth = "1.228 TB/s",
    source = "Google Cloud documentation, TPU v4; How to Scale Your Model (Austin et al. 2025), TPU chapter "
      .. "@0819a7d",
  },
  store = {
    capacity = "160 MiB",
    source = "How to Scale Your Model (Austin et al. 2025), TPU chapter @0819a7d",
    doubtful = "capacity takes VMEM (16 MiB a core) and CMEM (128 MiB) together",
  },
  matrix = {
    kind = "systolic",
    cores = 2,
    units = 8,
    rows = 128,
    columns = 128,
    fma_per_unit = 16384,
    clock = "1.05 GHz",
    source = "How to Scale Your Model (Austin et al. 2025), TPU chapter @0819a7d: 128x128 multiply-adds a clock "
      .. "and unit",
  },
  host_bandwidth = "16 GB/s",
  power = {
    tdp = "192 W",
    idle = "90 W",
    source = "Jouppi et al. 2023, TPU v4 (arXiv:2304.01433): measured minimum, mean and maximum 90, 170, 192 W",
    doubtful = "tdp is the measured maximum, idle the measured minimum",
  },
  notes = "host_bandwidth is recalled.",
}
