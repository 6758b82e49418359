-- Google TPU v7 (Ironwood).
return chip {
  name = "tpu_v7",
  title = "Google TPU v7 (Ironwood)",
  vendor = "Google",
  family = "tpu",
  year = 2025,
  aliases = { "TPUv7", "TPU-v7", "TPU-v7-Ironwood", "Ironwood", "tpu7x", "v7" },
  system = "tpu_v7",
  peak = {
    bf16 = "2307 TFLOP/s",
    fp8 = "4614 TFLOP/s",
    source = "Google Cloud documentation, TPU7x; ml-engineering @744d01e, accelerator tables, note 25",
  },
  vector = {
    fp32 = "18 TFLOP/s",
    special = "4.51 T/s",
    source = "How to Scale Your Model (Austin et al. 2025), TPU chapter @0819a7d: 8 x 128 lanes a core",
    doubtful = "fp32 and special derived as for v5p: 2 cores x 1024 lanes x 4 x 2.2 GHz, and one exponential a "
      .. "lane and clock",
  },
  memory = {
    capacity = "192 GB",
    bandwidth = "7.38 TB/s",
    source = "Google Cloud documentation, TPU7x (HBM3e)",
  },
  store = {
    capacity = "128 MiB",
    bandwidth = "162 TB/s",
    source = "jax tpu_info.py: 64 MiB of VMEM a core",
    doubtful = "bandwidth by the rule of 22 x HBM, stretched to this part",
  },
  matrix = {
    kind = "systolic",
    cores = 2,
    units = 8,
    rows = 256,
    columns = 256,
    fma_per_unit = 65536,
    clock = "2.2 GHz",
    source = "arXiv:2606.15870; units and clock from the peak",
    doubtful = "units and clock are derived from the peak",
  },
  notes = "Two chiplets that show as two devices. No int8 matrix arithmetic (jax). Power and host link are not "
    .. "published.",
}
