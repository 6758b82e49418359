-- Google TPU v6e (Trillium).
return chip {
  name = "tpu_v6e",
  title = "Google TPU v6e (Trillium)",
  vendor = "Google",
  family = "tpu",
  year = 2024,
  aliases = { "TPUv6e", "TPU-v6e", "v6e", "Trillium" },
  system = "tpu_v6e",
  peak = {
    bf16 = "918 TFLOP/s",
    fp8 = "918 TFLOP/s",
    int8 = "1836 TOP/s",
    int4 = "3672 TOP/s",
    source = "Google Cloud documentation, TPU v6e; jax tpu_info.py; How to Scale Your Model (Austin et al. "
      .. "2025), TPU chapter @0819a7d",
    doubtful = "fp8 is 920 in jax; int4 is from jax alone",
  },
  vector = {
    fp32 = "7.17 TFLOP/s",
    special = "1.79 T/s",
    source = "How to Scale Your Model (Austin et al. 2025), TPU chapter @0819a7d: 8 x 128 lanes a core",
    doubtful = "fp32 and special derived: 1024 lanes x 4 x 1.75 GHz, and one exponential a lane and clock",
  },
  memory = {
    capacity = "32 GB",
    bandwidth = "1.638 TB/s",
    source = "Google Cloud documentation, TPU v6e (HBM)",
  },
  store = {
    capacity = "128 MiB",
    bandwidth = "36 TB/s",
    source = "How to Scale Your Model (Austin et al. 2025), TPU chapter @0819a7d",
    doubtful = "bandwidth by the rule of 22 x HBM",
  },
  matrix = {
    kind = "systolic",
    cores = 1,
    units = 4,
    rows = 256,
    columns = 256,
    fma_per_unit = 65536,
    clock = "1.75 GHz",
    source = "Google Cloud documentation, TPU v6e (older copy): 4 units; clock from the peak",
    doubtful = "Google now says 2 units a core, which would need 3.5 GHz; 4 units and 1.75 GHz give the peak",
  },
  host_bandwidth = "32 GB/s",
  notes = "Its power is not published. host_bandwidth is recalled.",
}
