-- Nodes of 4 MI250X joined by Infinity Fabric, one 200 Gb/s adapter a package.
return system {
  name = "mi250x_node",
  title = "Nodes of 4 MI250X joined by Infinity Fabric, one 200 Gb/s adapter a package",
  aliases = { "frontier_node" },
  levels = {
    {
      name = "xgmi",
      topology = "mesh",
      chips = 4,
      bandwidth = "400 GB/s",
      -- Taken as that of NVLink; no table of xGMI latencies was found.
      latency = "1 us",
      source = "AMD Instinct MI250X datasheet: 8 links of 50 GB/s a direction",
      doubtful = "bandwidth 400 or 350 GB/s (8 or 7 links); nodes wire the pairs unevenly; latency taken from "
        .. "NVLink",
    },
    {
      name = "slingshot",
      topology = "switch",
      chips = 40960,
      bandwidth = "25 GB/s",
      -- NCCL's table has 2.7, 4.0 and 14 us a ring step and 5, 8.5 and 14 us a tree step.
      latency = "5 us",
      source = "Frontier: four 200 Gb/s adapters a node; NCCL @5067397 src/graph/tuning.cc",
      doubtful = "bandwidth recalled; latency is a choice between the rows of NCCL's table",
    },
  },
  notes = "A pair of chips sees its own link only, all pairs together the whole bandwidth.",
}
