-- Servers of 8 H100 PCIe in bridged pairs on PCIe 5, one 400 Gb/s adapter a card.
return system {
  name = "h100_pcie_pairs",
  title = "Servers of 8 H100 PCIe in bridged pairs on PCIe 5, one 400 Gb/s adapter a card",
  levels = {
    {
      name = "nvlink",
      topology = "switch",
      chips = 2,
      bandwidth = "300 GB/s",
      -- NCCL's table has 0.6, 1.9 and 3.4 us a ring step for LL, LL128 and Simple; small messages use the first two.
      latency = "1 us",
      source = "NVIDIA H100 PCIe datasheet: bridge 600 GB/s both ways; NCCL @5067397 src/graph/tuning.cc",
      doubtful = "latency is a choice between the LL and LL128 rows of NCCL's table",
    },
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
      source = "a 400 Gb/s adapter a card; NCCL @5067397 src/graph/tuning.cc",
      doubtful = "the adapter is a property of the server; latency is a choice between the rows of NCCL's table",
    },
  },
}
