-- Groq LPU v1.
return chip {
  name = "groq_lpu",
  title = "Groq LPU v1",
  vendor = "Groq",
  family = "groq",
  year = 2020,
  aliases = { "Groq-LPU", "Groq-LPU-v1", "groq_lpu_v1", "TSP" },
  system = "groq_rack",
  peak = {
    fp16 = "188 TFLOP/s",
    int8 = "750 TOP/s",
    source = "Abts et al. 2020, Think Fast: A Tensor Streaming Processor; Groq product brief",
  },
  vector = {
    fp32 = "4.61 TFLOP/s",
    source = "Abts et al. 2020: 16 vector units x 320 lanes",
    doubtful = "fp32 derived: 5120 lanes x 0.9 GHz",
  },
  memory = {
    kind = "sram",
    capacity = "230 MB",
    bandwidth = "80 TB/s",
    source = "Groq product brief: on-chip SRAM, there is no other memory",
  },
  store = {
    capacity = "220 MiB",
    bandwidth = "80 TB/s",
    source = "Groq product brief: the same SRAM",
  },
  matrix = {
    kind = "systolic",
    cores = 1,
    units = 4,
    rows = 320,
    columns = 320,
    fma_per_unit = 25600,
    clock = "0.9 GHz",
    source = "Abts et al. 2020: four planes of 320x320 in int8",
    doubtful = "fma_per_unit derived: a quarter of int8",
  },
  host_bandwidth = "32 GB/s",
  power = {
    tdp = "300 W",
    source = "Groq product brief",
    doubtful = "tdp 300 W at most, about 185 W on average",
  },
  notes = "No DRAM: memory is the on-chip SRAM, so that a large model takes hundreds of chips. host_bandwidth "
    .. "is recalled.",
}
