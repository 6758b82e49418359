-- DGX-2 boards of 16 V100 on NVSwitch, eight 100 Gb/s adapters a board.
return system {
  name = "dgx2",
  title = "DGX-2 boards of 16 V100 on NVSwitch, eight 100 Gb/s adapters a board",
  aliases = { "dgx2_v100" },
  levels = {
    {
      name = "nvlink",
      topology = "switch",
      chips = 16,
      bandwidth = "150 GB/s",
      -- NCCL's table has 0.6, 1.9 and 3.4 us a ring step for LL, LL128 and Simple; small messages use the first two.
      latency = "1 us",
      source = "NVIDIA V100 datasheet: NVLink 300 GB/s both ways; NCCL @5067397 src/graph/tuning.cc",
      doubtful = "latency is a choice between the LL and LL128 rows of NCCL's table",
    },
    {
      name = "infiniband",
      topology = "switch",
      chips = 8192,
      bandwidth = "12.5 GB/s",
      -- NCCL's table has 2.7, 4.0 and 14 us a ring step and 5, 8.5 and 14 us a tree step.
      latency = "5 us",
      source = "NVIDIA DGX-2 datasheet: eight 100 Gb/s adapters for 16 GPUs; NCCL @5067397 src/graph/tuning.cc",
      doubtful = "bandwidth is that of a port, half of it when both of its GPUs send; recalled; latency is a "
        .. "choice between the rows of NCCL's table",
    },
  },
}
