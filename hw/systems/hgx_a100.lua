-- Boards of 8 A100 on NVSwitch, one 200 Gb/s adapter a GPU.
return system {
  name = "hgx_a100",
  title = "Boards of 8 A100 on NVSwitch, one 200 Gb/s adapter a GPU",
  aliases = { "dgx_a100" },
  levels = {
    {
      name = "nvlink",
      topology = "switch",
      chips = 8,
      bandwidth = "300 GB/s",
      -- NCCL's table has 0.6, 1.9 and 3.4 us a ring step for LL, LL128 and Simple; small messages use the first two.
      latency = "1 us",
      source = "NVIDIA A100 datasheet: NVLink 600 GB/s both ways; NCCL @5067397 src/graph/tuning.cc",
      doubtful = "latency is a choice between the LL and LL128 rows of NCCL's table",
    },
    {
      name = "infiniband",
      topology = "switch",
      chips = 16384,
      bandwidth = "25 GB/s",
      -- NCCL's table has 2.7, 4.0 and 14 us a ring step and 5, 8.5 and 14 us a tree step.
      latency = "5 us",
      source = "DGX A100 user guide: ConnectX-6; NCCL @5067397 src/graph/tuning.cc",
      doubtful = "latency is a choice between the rows of NCCL's table",
    },
  },
}
