-- Inf2 instances: a ring of 12 Inferentia2.
return system {
  name = "inf2",
  title = "Inf2 instances: a ring of 12 Inferentia2",
  aliases = { "inf2_48xlarge" },
  levels = {
    {
      name = "neuronlink",
      topology = "torus",
      chips = 12,
      bandwidth = "48 GB/s",
      latency = "1 us",
      slices = {
        "1", "2", "3", "4", "6", "8", "12",
      },
      wrap_multiple = 12,
      source = "AWS Neuron documentation @81ce03ae, inf2-arch.rst: 192 GB/s a chip over 2 links",
      doubtful = "bandwidth: 192 GB/s is taken as the sum of both directions; latency about 1 us a hop, not "
        .. "measured",
    },
    {
      name = "efa",
      topology = "switch",
      chips = 12288,
      bandwidth = "1.04 GB/s",
      latency = "6.5 us",
      source = "chip compilation: 100 Gb/s for 12 chips; EFA latency 6.5 us",
      doubtful = "the adapters are shared by the instance; bandwidth recalled",
    },
  },
}
