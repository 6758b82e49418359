-- TPU v6e pods: a 2D torus of up to 16x16, pods joined by the data centre network.
return system {
  name = "tpu_v6e",
  title = "TPU v6e pods: a 2D torus of up to 16x16, pods joined by the data centre network",
  aliases = { "v6e_pod" },
  levels = {
    {
      name = "ici",
      topology = "torus",
      chips = 256,
      bandwidth = "100 GB/s",
      latency = "1 us",
      slices = {
        "1x1", "2x2", "2x4", "4x4", "4x8", "8x8", "8x16", "16x16",
      },
      wrap_multiple = 16,
      source = "Google Cloud documentation, TPU v6e: 800 GB/s both ways over 4 links; How to Scale Your Model "
        .. "(Austin et al. 2025), TPU chapter @0819a7d",
      doubtful = "bandwidth 112 GB/s a link in older copies; the book counts 90 as achievable; a hop is about 1 us",
    },
    {
      name = "dcn",
      topology = "switch",
      chips = 25600,
      bandwidth = "12.5 GB/s",
      latency = "10 us",
      source = "chip compilation: 100 Gb/s a chip",
      doubtful = "bandwidth without a document of its own; latency is a guess",
    },
  },
  notes = "An axis wraps around only when it has all 16 chips.",
}
