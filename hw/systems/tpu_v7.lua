-- TPU v7 pods: a 3D torus of up to 9216 chips, pods joined by the data centre network.
return system {
  name = "tpu_v7",
  title = "TPU v7 pods: a 3D torus of up to 9216 chips, pods joined by the data centre network",
  aliases = { "v7_pod", "ironwood_pod" },
  levels = {
    {
      name = "ici",
      topology = "torus",
      chips = 9216,
      bandwidth = "100 GB/s",
      latency = "1 us",
      slices = {
        "1x1x1", "2x2x1", "2x2x2", "2x2x4", "2x4x4", "4x4x4", "4x4x8", "4x8x8", "8x8x8", "8x8x16", "8x16x16",
        "16x16x16", "16x16x24", "16x16x32", "16x24x24",
      },
      wrap_multiple = 4,
      wrap_cubes = true,
      source = "Google Cloud documentation, TPU7x: 1200 GB/s both ways over 6 links, slices of 4a x 4b x 4c",
      doubtful = "slices: those above 8x16x16 and the shape of 9216 are assumed; one chip alone is not offered; "
        .. "latency as of v5p",
    },
    {
      name = "dcn",
      topology = "switch",
      chips = 18432,
      bandwidth = "12.5 GB/s",
      latency = "10 us",
      source = "chip compilation: 100 Gb/s a chip",
      doubtful = "bandwidth without a document of its own; latency is a guess",
    },
  },
  notes = "Axes wrap around in slices of whole 4x4x4 cubes only.",
}
