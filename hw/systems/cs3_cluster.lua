-- CS-3 systems, one wafer each, on SwarmX.
return system {
  name = "cs3_cluster",
  title = "CS-3 systems, one wafer each, on SwarmX",
  aliases = { "wse3_cluster" },
  levels = {
    {
      name = "swarmx",
      topology = "switch",
      chips = 2048,
      bandwidth = "150 GB/s",
      -- A guess; none is published.
      latency = "10 us",
      source = "Cerebras pages: 1.2 Tb/s a system, up to 2048 systems",
      doubtful = "bandwidth recalled; latency is a guess",
    },
  },
  notes = "One wafer needs no network; the mesh on it is part of the chip.",
}
