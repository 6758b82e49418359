-- TPU v5p pods: a 3D torus of up to 16x20x28, pods joined by the data centre network.
return system {
  name = "tpu_v5p",
  title = "TPU v5p pods: a 3D torus of up to 16x20x28, pods joined by the data centre network",
  aliases = { "v5p_pod" },
  levels = {
    {
      name = "ici",
      topology = "torus",
      chips = 8960,
      bandwidth = "100 GB/s",
      latency = "1 us",
      slices = {
        "1x1x1", "2x2x1", "2x2x2", "2x2x4", "2x4x4", "4x4x4", "4x4x8", "4x4x12", "4x8x8", "4x4x20", "4x8x12",
        "8x8x8", "4x12x12", "4x8x20", "8x8x12", "4x12x20", "8x8x16", "8x12x12", "8x8x20", "8x12x16", "8x8x28",
        "8x16x16", "8x12x28", "12x16x16", "8x16x28", "16x16x16", "12x16x24", "16x16x20", "16x16x24",
        "16x20x28",
      },
      wrap_multiple = 4,
      wrap_cubes = true,
      source = "Google Cloud documentation, TPU v5p: 1200 GB/s both ways over 6 links, slices of 4a x 4b x 4c; "
        .. "How to Scale Your Model (Austin et al. 2025), TPU chapter @0819a7d",
      doubtful = "the book counts 90 GB/s a link as achievable; slices are a choice of the documented ones, "
        .. "recalled; one chip alone is not offered; jobs get at most 16x16x24",
    },
    {
      name = "dcn",
      topology = "switch",
      chips = 17920,
      bandwidth = "6.25 GB/s",
      latency = "10 us",
      source = "How to Scale Your Model (Austin et al. 2025), TPU chapter @0819a7d",
      doubtful = "latency is a guess",
    },
  },
  notes = "Axes wrap around in slices of whole 4x4x4 cubes only.",
}
