-- Cerebras WSE-3 (CS-3).
return chip {
  name = "wse3",
  title = "Cerebras WSE-3 (CS-3)",
  vendor = "Cerebras",
  family = "cerebras",
  year = 2024,
  aliases = { "WSE-3", "CS-3" },
  system = "cs3_cluster",
  peak = {
    bf16 = "15600 TFLOP/s",
    fp16 = "15600 TFLOP/s",
    source = "derived from Cerebras pages: 900 000 cores x 8 multiply-adds x 1.1 GHz; 125 PFLOP/s published "
      .. "with sparsity",
    doubtful = "bf16 and fp16 derived, not published: 125 PFLOP/s is with sparsity",
  },
  vector = {
    fp32 = "7800 TFLOP/s",
    source = "Cerebras pages",
    doubtful = "fp32 derived: half of the 16-bit rate",
  },
  memory = {
    kind = "sram",
    capacity = "44 GB",
    bandwidth = "21000 TB/s",
    source = "Cerebras pages: on-wafer SRAM, there is no other memory on the wafer",
  },
  store = {
    capacity = "44 GB",
    bandwidth = "21000 TB/s",
    source = "Cerebras pages: the same SRAM",
  },
  matrix = {
    kind = "systolic",
    cores = 110,
    units = 110,
    rows = 256,
    columns = 256,
    fma_per_unit = 65536,
    clock = "1.1 GHz",
    source = "Cerebras pages: 900 000 cores with 8-wide multiply-adds",
    doubtful = "clock recalled; the mesh of cores is taken as 110 blocks of 256x256 multiply-adds, which has "
      .. "the same rate",
  },
  power = {
    tdp = "23 kW",
    source = "Cerebras pages",
    doubtful = "tdp is that of the whole CS-3 system",
  },
  notes = "Memory is the on-wafer SRAM; MemoryX boxes that stream weights are not modelled.",
}
