-- Boxes of 8 Gaudi 3, each pair joined by three 200 Gb/s ports, three more ports outside.
return system {
  name = "gaudi3_node",
  title = "Boxes of 8 Gaudi 3, each pair joined by three 200 Gb/s ports, three more ports outside",
  levels = {
    {
      name = "ethernet",
      topology = "mesh",
      chips = 8,
      bandwidth = "525 GB/s",
      -- Ethernet without a switch; no measurement was found.
      latency = "2 us",
      source = "Intel Gaudi 3 white paper: 21 of 24 ports of 200 Gb/s",
      doubtful = "latency is a guess",
    },
    {
      name = "scale_out",
      topology = "switch",
      chips = 8192,
      bandwidth = "75 GB/s",
      -- NCCL's table has 2.7, 4.0 and 14 us a ring step and 5, 8.5 and 14 us a tree step.
      latency = "5 us",
      source = "Intel Gaudi 3 white paper: 3 of 24 ports; NCCL @5067397 src/graph/tuning.cc",
      doubtful = "latency as of InfiniBand",
    },
  },
}
