-- Google TPU v3.
return chip {
  name = "tpu_v3",
  title = "Google TPU v3",
  vendor = "Google",
  family = "tpu",
  year = 2018,
  aliases = { "TPUv3", "TPU-v3", "v3" },
  system = "tpu_v3",
  peak = {
    bf16 = "123 TFLOP/s",
    source = "arXiv:2606.15870, Table 1; Jouppi et al. 2020, A Domain-Specific Supercomputer for Training Deep "
      .. "Neural Networks",
    doubtful = "bf16 123; the scaling book and jax say 140, more than its units can do",
  },
  vector = {
    fp32 = "4 TFLOP/s",
    special = "1.93 T/s",
    source = "Jouppi et al. 2020, A Domain-Specific Supercomputer for Training Deep Neural Networks",
    doubtful = "special derived: 2 cores x 1024 lanes x 0.94 GHz",
  },
  memory = {
    capacity = "32 GB",
    bandwidth = "900 GB/s",
    source = "Jouppi et al. 2020, A Domain-Specific Supercomputer for Training Deep Neural Networks (HBM)",
    doubtful = "bandwidth 900 GB/s, 825 in jax tpu_info.py",
  },
  store = {
    capacity = "32 MiB",
    source = "Jouppi et al. 2020, A Domain-Specific Supercomputer for Training Deep Neural Networks: 16 MiB of "
      .. "VMEM a core",
  },
  matrix = {
    kind = "systolic",
    cores = 2,
    units = 4,
    rows = 128,
    columns = 128,
    fma_per_unit = 16384,
    clock = "0.94 GHz",
    source = "Jouppi et al. 2020, A Domain-Specific Supercomputer for Training Deep Neural Networks: two units "
      .. "a core",
  },
  host_bandwidth = "16 GB/s",
  power = {
    tdp = "450 W",
    source = "Jouppi et al. 2020, A Domain-Specific Supercomputer for Training Deep Neural Networks",
  },
  notes = "host_bandwidth is recalled.",
}
