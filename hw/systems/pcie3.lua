-- Servers of 8 cards on PCIe 3 without peer access, one 100 Gb/s adapter a card.
return system {
  name = "pcie3",
  title = "Servers of 8 cards on PCIe 3 without peer access, one 100 Gb/s adapter a card",
  levels = {
    {
      name = "pcie",
      topology = "bus",
      chips = 8,
      bandwidth = "16 GB/s",
      -- NCCL's table has 1.0, 2.5 and 5.7 us a ring step over PCIe for LL, LL128 and Simple.
      latency = "2.5 us",
      source = "PCIe 3 x16; NCCL @5067397 src/graph/tuning.cc",
      doubtful = "latency is a choice between the rows of NCCL's table; servers with PCIe switches reach their "
        .. "peers directly",
    },
    {
      name = "ethernet",
      topology = "switch",
      chips = 4096,
      bandwidth = "12.5 GB/s",
      -- NCCL's table has 2.7, 4.0 and 14 us a ring step and 5, 8.5 and 14 us a tree step.
      latency = "5 us",
      source = "a 100 Gb/s adapter a card, as usual then; NCCL @5067397 src/graph/tuning.cc",
      doubtful = "the adapter is a property of the server; latency is a choice between the rows of NCCL's table",
    },
  },
  notes = "For P100, V100 and T4.",
}
