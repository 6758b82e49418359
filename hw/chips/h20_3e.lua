-- NVIDIA H20 with HBM3e: more and faster memory.
return derive {
  base = "h20",
  name = "h20_3e",
  title = "NVIDIA H20 SXM 141 GB",
  year = 2024,
  aliases = { "H20-3e", "H20-141GB" },
  memory = {
    capacity = "141 GB",
    bandwidth = "4.8 TB/s",
    source = "InferSim @f2293da hardware/gpu.py (HBM3e)",
    doubtful = "capacity and bandwidth as those of H200",
  },
}
