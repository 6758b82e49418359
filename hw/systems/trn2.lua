-- Trn2 UltraServers: 4x4 tori of 16 Trainium2 in rings of four.
return system {
  name = "trn2",
  title = "Trn2 UltraServers: 4x4 tori of 16 Trainium2 in rings of four",
  aliases = { "trn2_ultraserver", "trn2_48xlarge" },
  levels = {
    {
      name = "neuronlink",
      topology = "torus",
      chips = 16,
      bandwidth = "128 GB/s",
      latency = "1 us",
      slices = {
        "1x1", "2x1", "2x2", "2x4", "4x4",
      },
      wrap_multiple = 4,
      source = "AWS Neuron documentation @81ce03ae, trn2-arch.rst: 4 links of 128 GB/s a direction",
      doubtful = "latency about 1 us a hop, not measured",
    },
    {
      name = "neuronlink_z",
      topology = "torus",
      chips = 64,
      bandwidth = "64 GB/s",
      latency = "1 us",
      slices = {
        "1", "2", "4",
      },
      wrap_multiple = 4,
      source = "AWS Neuron documentation @81ce03ae, trn2-arch.rst: 2 links of 64 GB/s a direction between "
        .. "instances",
      doubtful = "latency about 1 us a hop, not measured",
    },
    {
      name = "efa",
      topology = "switch",
      chips = 65536,
      bandwidth = "25 GB/s",
      latency = "6.5 us",
      source = "AWS Neuron documentation @81ce03ae, trn2-arch.rst: 3.2 Tb/s for 16 chips; EFA latency 6.5 us",
      doubtful = "the adapters are shared by the instance",
    },
  },
  notes = "One chip to 16 is an instance, 64 an UltraServer; the links of the ring join chips of the same place.",
}
