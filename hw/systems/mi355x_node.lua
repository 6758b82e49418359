-- Boards of 8 MI355X on a full mesh of Infinity Fabric, one 400 Gb/s adapter a GPU.
return system {
  name = "mi355x_node",
  title = "Boards of 8 MI355X on a full mesh of Infinity Fabric, one 400 Gb/s adapter a GPU",
  aliases = { "mi350x_node" },
  levels = {
    {
      name = "xgmi",
      topology = "mesh",
      chips = 8,
      bandwidth = "537.6 GB/s",
      -- Taken as that of NVLink; no table of xGMI latencies was found.
      latency = "1 us",
      source = "AMD Instinct MI355X datasheet: 7 links of 76.8 GB/s a direction",
      doubtful = "latency taken from NVLink",
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
  notes = "A pair of chips sees its own link only, all pairs together the whole bandwidth.",
}
