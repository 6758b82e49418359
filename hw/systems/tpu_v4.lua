-- TPU v4 pods: a 3D torus of up to 16x16x16, pods joined by the data centre network.
return system {
  name = "tpu_v4",
  title = "TPU v4 pods: a 3D torus of up to 16x16x16, pods joined by the data centre network",
  aliases = { "v4_pod" },
  levels = {
    {
      name = "ici",
      topology = "torus",
      chips = 4096,
      bandwidth = "50 GB/s",
      latency = "1 us",
      slices = {
        "1x1x1", "2x2x1", "2x2x2", "2x2x4", "2x4x4", "4x4x4", "4x4x8", "4x4x12", "4x8x8", "4x8x12", "8x8x8",
        "8x8x12", "8x8x16", "8x12x16", "8x16x16", "12x16x16", "16x16x16",
      },
      wrap_multiple = 4,
      wrap_cubes = true,
      source = "Google Cloud documentation, TPU v4: 300 GB/s a direction over 6 links, slices of 4a x 4b x 4c; "
        .. "How to Scale Your Model (Austin et al. 2025), TPU chapter @0819a7d",
      doubtful = "the book counts 45 GB/s a link as achievable; one chip alone is not offered",
    },
    {
      name = "dcn",
      topology = "switch",
      chips = 8192,
      bandwidth = "6.25 GB/s",
      latency = "10 us",
      source = "How to Scale Your Model (Austin et al. 2025), TPU chapter @0819a7d",
      doubtful = "bandwidth as of v5p, not stated for v4; latency is a guess",
    },
  },
  notes = "Axes wrap around in slices of whole 4x4x4 cubes only.",
}
