-- Google TPU v2.
return chip {
  name = "tpu_v2",
  title = "Google TPU v2",
  vendor = "Google",
  family = "tpu",
  year = 2017,
  aliases = { "TPUv2", "TPU-v2", "v2" },
  system = "tpu_v2",
  peak = {
    bf16 = "46 TFLOP/s",
    source = "Jouppi et al. 2020, A Domain-Specific Supercomputer for Training Deep Neural Networks",
    doubtful = "bf16 recalled from the paper",
  },
  vector = {
    fp32 = "3 TFLOP/s",
    special = "1.43 T/s",
    source = "Jouppi et al. 2020, A Domain-Specific Supercomputer for Training Deep Neural Networks",
    doubtful = "special derived: 2 cores x 1024 lanes x 0.7 GHz",
  },
  memory = {
    capacity = "16 GB",
    bandwidth = "700 GB/s",
    source = "Jouppi et al. 2020, A Domain-Specific Supercomputer for Training Deep Neural Networks (HBM)",
  },
  store = {
    capacity = "32 MiB",
    source = "Jouppi et al. 2020, A Domain-Specific Supercomputer for Training Deep Neural Networks: 16 MiB of "
      .. "VMEM a core",
  },
  matrix = {
    kind = "systolic",
    cores = 2,
    units = 2,
    rows = 128,
    columns = 128,
    fma_per_unit = 16384,
    clock = "0.7 GHz",
    source = "Jouppi et al. 2020, A Domain-Specific Supercomputer for Training Deep Neural Networks: one unit a "
      .. "core",
  },
  host_bandwidth = "16 GB/s",
  power = {
    tdp = "280 W",
    source = "Jouppi et al. 2020, A Domain-Specific Supercomputer for Training Deep Neural Networks",
  },
  notes = "host_bandwidth is recalled.",
}
