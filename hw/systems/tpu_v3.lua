-- TPU v3 pods: a 2D torus of up to 32x32.
return system {
  name = "tpu_v3",
  title = "TPU v3 pods: a 2D torus of up to 32x32",
  aliases = { "v3_pod" },
  levels = {
    {
      name = "ici",
      topology = "torus",
      chips = 1024,
      bandwidth = "82 GB/s",
      latency = "1 us",
      slices = {
        "1x1", "2x2", "4x4", "4x8", "8x8", "8x16", "16x16", "16x32", "32x32",
      },
      wrap_multiple = 32,
      source = "Jouppi et al. 2020, A Domain-Specific Supercomputer for Training Deep Neural Networks: 656 Gb/s "
        .. "a link and direction",
      doubtful = "bandwidth 82 GB/s recalled from the paper, 100 in the scaling book; slices recalled from the "
        .. "Google Cloud documentation; one chip alone is not offered",
    },
    {
      name = "dcn",
      topology = "switch",
      chips = 8192,
      bandwidth = "3.1 GB/s",
      latency = "10 us",
      source = "as of v5e: How to Scale Your Model (Austin et al. 2025), TPU chapter @0819a7d",
      doubtful = "bandwidth as of v5e, not stated for v3; latency is a guess",
    },
  },
  notes = "An axis wraps around only when it has all 32 chips.",
}
