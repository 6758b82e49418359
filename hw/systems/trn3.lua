-- Trn3 UltraServers: 144 Trainium3 on NeuronSwitch.
return system {
  name = "trn3",
  title = "Trn3 UltraServers: 144 Trainium3 on NeuronSwitch",
  aliases = { "trn3_ultraserver" },
  levels = {
    {
      name = "neuronlink",
      topology = "switch",
      chips = 144,
      bandwidth = "1280 GB/s",
      latency = "1 us",
      source = "AWS Neuron documentation @81ce03ae, trn3-arch.rst: 2560 GB/s a chip",
      doubtful = "bandwidth: 2560 GB/s is taken as the sum of both directions, another table has 2048, the list "
        .. "of links sums to 704; 64 chips in the first generation; latency about 1 us a hop, not measured",
    },
    {
      name = "efa",
      topology = "switch",
      chips = 73728,
      bandwidth = "25 GB/s",
      latency = "6.5 us",
      source = "chip compilation: 200 Gb/s a chip; EFA latency 6.5 us",
      doubtful = "the adapters are shared by the instance",
    },
  },
}
