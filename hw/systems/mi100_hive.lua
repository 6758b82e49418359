-- Hives of 4 MI100 joined by bridges, two hives a server on PCIe 4.
return system {
  name = "mi100_hive",
  title = "Hives of 4 MI100 joined by bridges, two hives a server on PCIe 4",
  levels = {
    {
      name = "xgmi",
      topology = "mesh",
      chips = 4,
      bandwidth = "138 GB/s",
      -- Taken as that of NVLink; no table of xGMI latencies was found.
      latency = "1 us",
      source = "AMD Instinct MI100 datasheet: 3 links, 276 GB/s both ways",
      doubtful = "bandwidth recalled; latency taken from NVLink",
    },
    {
      name = "pcie",
      topology = "switch",
      chips = 8,
      bandwidth = "32 GB/s",
      -- NCCL's table has 1.0, 2.5 and 5.7 us a ring step over PCIe for LL, LL128 and Simple.
      latency = "2.5 us",
      source = "PCIe 4 x16; NCCL @5067397 src/graph/tuning.cc",
      doubtful = "latency is a choice between the rows of NCCL's table",
    },
    {
      name = "ethernet",
      topology = "switch",
      chips = 4096,
      bandwidth = "25 GB/s",
      -- NCCL's table has 2.7, 4.0 and 14 us a ring step and 5, 8.5 and 14 us a tree step.
      latency = "5 us",
      source = "a 200 Gb/s adapter a card; NCCL @5067397 src/graph/tuning.cc",
      doubtful = "the adapter is a property of the server; latency is a choice between the rows of NCCL's table",
    },
  },
  notes = "A pair of chips sees its own link only, all pairs together the whole bandwidth.",
}
