-- Boards of 8 H100 in pods of 256 on rails, a 2:1 taper between pods.
return system {
  name = "hgx_h100_tapered",
  title = "Boards of 8 H100 in pods of 256 on rails, a 2:1 taper between pods",
  aliases = { "hgx_h100_fat_tree" },
  levels = {
    {
      name = "nvlink",
      topology = "switch",
      chips = 8,
      bandwidth = "450 GB/s",
      -- NCCL's table has 0.6, 1.9 and 3.4 us a ring step for LL, LL128 and Simple; small messages use the first two.
      latency = "1 us",
      source = "NVIDIA H100 datasheet: NVLink 900 GB/s both ways; NCCL @5067397 src/graph/tuning.cc",
      doubtful = "latency is a choice between the LL and LL128 rows of NCCL's table",
    },
    {
      name = "rail",
      topology = "switch",
      chips = 256,
      bandwidth = "50 GB/s",
      -- NCCL's table has 2.7, 4.0 and 14 us a ring step and 5, 8.5 and 14 us a tree step.
      latency = "5 us",
      source = "NVIDIA DGX SuperPOD reference: 32 boards a scalable unit, one 400 Gb/s adapter a GPU; NCCL "
        .. "@5067397 src/graph/tuning.cc",
      doubtful = "latency is a choice between the rows of NCCL's table",
    },
    {
      name = "spine",
      topology = "switch",
      chips = 16384,
      bandwidth = "25 GB/s",
      -- Two more switches than on a rail.
      latency = "8.5 us",
      source = "an example of a fat tree with half of the links upwards",
      doubtful = "bandwidth and latency are examples, not of one installation",
    },
  },
  notes = "How to write a tapered fat tree: a level more, with the bandwidth that is left.",
}
