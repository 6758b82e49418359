-- TPU v2 pods: a 2D torus of up to 16x16.
return system {
  name = "tpu_v2",
  title = "TPU v2 pods: a 2D torus of up to 16x16",
  aliases = { "v2_pod" },
  levels = {
    {
      name = "ici",
      topology = "torus",
      chips = 256,
      bandwidth = "62 GB/s",
      latency = "1 us",
      slices = {
        "1x1", "2x2", "4x4", "4x8", "8x8", "8x16", "16x16",
      },
      wrap_multiple = 16,
      source = "Jouppi et al. 2020, A Domain-Specific Supercomputer for Training Deep Neural Networks: 496 Gb/s "
        .. "a link and direction",
      doubtful = "slices recalled from the Google Cloud documentation; one chip alone is not offered",
    },
    {
      name = "dcn",
      topology = "switch",
      chips = 4096,
      bandwidth = "3.1 GB/s",
      latency = "10 us",
      source = "as of v5e: How to Scale Your Model (Austin et al. 2025), TPU chapter @0819a7d",
      doubtful = "bandwidth as of v5e, not stated for v2; latency is a guess",
    },
  },
  notes = "An axis wraps around only when it has all 16 chips.",
}
