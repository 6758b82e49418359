-- TPU v5e pods: a 2D torus of up to 16x16, pods joined by the data centre network.
return system {
  name = "tpu_v5e",
  title = "TPU v5e pods: a 2D torus of up to 16x16, pods joined by the data centre network",
  aliases = { "v5e_pod" },
  levels = {
    {
      name = "ici",
      topology = "torus",
      chips = 256,
      bandwidth = "50 GB/s",
      latency = "1 us",
      slices = {
        "1x1", "2x2", "2x4", "4x4", "4x8", "8x8", "8x16", "16x16",
      },
      wrap_multiple = 16,
      source = "Google Cloud documentation, TPU v5e: 400 GB/s both ways over 4 links; "
        .. "How to Scale Your Model (Austin et al. 2025), TPU chapter @0819a7d",
      doubtful = "the book counts 45 GB/s a link as achievable; a hop is about 1 us",
    },
    {
      name = "dcn",
      topology = "switch",
      chips = 8192,
      bandwidth = "3.1 GB/s",
      latency = "10 us",
      source = "How to Scale Your Model (Austin et al. 2025), TPU chapter @0819a7d",
      doubtful = "latency is a guess",
    },
  },
  notes = "An axis wraps around only when it has all 16 chips.",
}
