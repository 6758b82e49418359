-- Groq nodes of 8 LPUs in a dragonfly of up to 264.
return system {
  name = "groq_rack",
  title = "Groq nodes of 8 LPUs in a dragonfly of up to 264",
  aliases = { "groq_dragonfly" },
  levels = {
    {
      name = "c2c",
      topology = "mesh",
      chips = 8,
      bandwidth = "87.5 GB/s",
      latency = "0.7 us",
      source = "Abts et al. 2022, A Software-defined Tensor Streaming Multiprocessor (ISCA): 7 local links of "
        .. "100 Gb/s",
      doubtful = "bandwidth and latency recalled; the product brief gives no figure",
    },
    {
      name = "c2c_global",
      topology = "switch",
      chips = 264,
      bandwidth = "50 GB/s",
      latency = "1.4 us",
      source = "Abts et al. 2022, A Software-defined Tensor Streaming Multiprocessor (ISCA): 4 global links of "
        .. "100 Gb/s",
      doubtful = "bandwidth and latency recalled; a switch stands for the dragonfly, whose minimal paths take "
        .. "up to two hops",
    },
  },
  notes = "A node is a full mesh; the links between nodes are a dragonfly, taken as a switch.",
}
