-- DGX-1 boards of 8 P100 on a hybrid cube mesh of NVLink, four 100 Gb/s adapters a board.
return system {
  name = "dgx1_p100",
  title = "DGX-1 boards of 8 P100 on a hybrid cube mesh of NVLink, four 100 Gb/s adapters a board",
  aliases = { "dgx1p" },
  levels = {
    {
      name = "nvlink",
      topology = "torus",
      chips = 8,
      bandwidth = "26.7 GB/s",
      -- NCCL's table has 0.6, 1.9 and 3.4 us a ring step for LL, LL128 and Simple; small messages use the first two.
      latency = "1 us",
      slices = {
        "1x1x1", "2x1x1", "2x2x1", "2x2x2",
      },
      source = "NVIDIA DGX-1 whitepaper: 4 links of 20 GB/s a direction; NCCL @5067397 src/graph/tuning.cc",
      doubtful = "bandwidth: 4 links over the 3 axes of a cube, an approximation of the hybrid cube mesh; "
        .. "recalled; latency is a choice between the LL and LL128 rows of NCCL's table",
    },
    {
      name = "infiniband",
      topology = "switch",
      chips = 8192,
      bandwidth = "12.5 GB/s",
      -- NCCL's table has 2.7, 4.0 and 14 us a ring step and 5, 8.5 and 14 us a tree step.
      latency = "5 us",
      source = "NVIDIA DGX-1 whitepaper: four ConnectX-4 for 8 GPUs; NCCL @5067397 src/graph/tuning.cc",
      doubtful = "bandwidth is that of a port, half of it when both of its GPUs send; latency is a choice "
        .. "between the rows of NCCL's table",
    },
  },
  notes = "The hybrid cube mesh joins each GPU to four others; here it is a cube whose three edges at a GPU "
    .. "share its links.",
}
