-- Boards of 8 H20 on NVSwitch, one 400 Gb/s adapter a GPU.
return system {
  name = "hgx_h20",
  title = "Boards of 8 H20 on NVSwitch, one 400 Gb/s adapter a GPU",
  aliases = { "hgx_h20_3e" },
  levels = {
    {
      name = "nvlink",
      topology = "switch",
      chips = 8,
      bandwidth = "450 GB/s",
      -- NCCL's table has 0.6, 1.9 and 3.4 us a ring step for LL, LL128 and Simple; small messages use the first two.
      latency = "1 us",
      source = "InferSim @f2293da hardware/gpu.py: NVLink 900 GB/s both ways; NCCL @5067397 src/graph/tuning.cc",
      doubtful = "latency is a choice between the LL and LL128 rows of NCCL's table",
    },
    {
      name = "infiniband",
      topology = "switch",
      chips = 16384,
      bandwidth = "50 GB/s",
      -- NCCL's table has 2.7, 4.0 and 14 us a ring step and 5, 8.5 and 14 us a tree step.
      latency = "5 us",
      source = "chip compilation: one 400 Gb/s adapter a GPU; NCCL @5067397 src/graph/tuning.cc",
      doubtful = "latency is a choice between the rows of NCCL's table",
    },
  },
  notes = "NVSwitch can add up on the way (SHARP); measured 8-GPU all-reduces are no faster than two-shot ones",
}
