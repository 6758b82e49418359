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
        "1x1x1", "2x2x1", "2x2x2", "2x2x4", "2x4x4", "4x4x4", "4x4x8", "4x8x8", "8x8x8", "8x8x16",
        "8x16x16", "16x16x16", "16x16x24", "16x20x28",
      },
      wrap_multiple = 4,
      source = "Google Cloud documentation, TPU v5p: 1200 GB/s both ways over 6 links; "
        .. "How to Scale Your Model (Austin et al. 2025), TPU chapter @0819a7d",
      doubtful = "the book counts 90 GB/s a link as achievable; an axis of 4 wraps only in slices of whole 4x4x4 "
        .. "cubes, here in 2x2x4 and 2x4x4 too; one chip alone is not offered; jobs get at most 16x16x24",
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
}
