-- Servers of 8 cards on PCIe 5 switches with peer access, one 400 Gb/s adapter a card.
return system {
  name = "pcie5_peer",
  title = "Servers of 8 cards on PCIe 5 switches with peer access, one 400 Gb/s adapter a card",
  levels = {
    {
      name = "pcie",
      topology = "switch",
      chips = 8,
      bandwidth = "64 GB/s",
      -- NCCL's table has 1.0, 2.5 and 5.7 us a ring step over PCIe for LL, LL128 and Simple.
      latency = "2.5 us",
      source = "PCIe 5 x16; NCCL @5067397 src/graph/tuning.cc",
      doubtful = "latency is a choice between the rows of NCCL's table; every pair is taken to reach full "
        .. "bandwidth at once",
    },
    {
      name = "infiniband",
      topology = "switch",
      chips = 4096,
      bandwidth = "50 GB/s",
      -- NCCL's table has 2.7, 4.0 and 14 us a ring step and 5, 8.5 and 14 us a tree step.
      latency = "5 us",
      source = "chip compilation: a 400 Gb/s adapter a card; NCCL @5067397 src/graph/tuning.cc",
      doubtful = "the adapter is a property of the server; latency is a choice between the rows of NCCL's table",
    },
  },
  notes = "For H100 PCIe.",
}
