-- Trn1 instances: a 4x4 torus of 16 Trainium1, eight 100 Gb/s adapters.
return system {
  name = "trn1",
  title = "Trn1 instances: a 4x4 torus of 16 Trainium1, eight 100 Gb/s adapters",
  aliases = { "trn1_32xlarge" },
  levels = {
    {
      name = "neuronlink",
      topology = "torus",
      chips = 16,
      bandwidth = "48 GB/s",
      latency = "1 us",
      slices = {
        "1x1", "2x1", "2x2", "2x4", "4x4",
      },
      wrap_multiple = 4,
      source = "AWS Neuron documentation @81ce03ae, trn1-arch.rst: 384 GB/s a chip over 4 links",
      doubtful = "bandwidth: 384 GB/s is taken as the sum of both directions; latency about 1 us a hop, not "
        .. "measured",
    },
    {
      name = "efa",
      topology = "switch",
      chips = 30720,
      bandwidth = "6.25 GB/s",
      latency = "6.5 us",
      source = "AWS Neuron documentation @81ce03ae, trn1-arch.rst: 800 Gb/s for 16 chips; EFA latency 6.5 us",
      doubtful = "the adapters are shared by the instance; trn1n has twice as much",
    },
  },
}
