-- NVIDIA Nemotron-H 8B.
return model {
  name = "nemotron-h-8b",
  title = "NVIDIA Nemotron-H 8B",
  aliases = { "Nemotron-H-8B-Base" },
  d_model = 4096,
  layers = 52,
  vocab = 131072,
  mixers = "s-s-s-sg-s-s-s-s-sg-s-s-s-s-sg-s-s-s-s-sg-s-s-",
  feeds = "-d-d-d--d-d-d-d-d--d-d-d-d-d--d-d-d-d-d--d-d-d",
  attention = { heads = 32, kv_heads = 8, head_dim = 128 },
  state = { key_heads = 8, key_dim = 128, value_heads = 128, value_dim = 64, conv = 4, scalars = 1 },
  ffn = { d_ff = 21504, gated = false },
  params = 8100000000,
  source = "NVIDIA 2025, Nemotron-H, tables 1 and 2",
  doubtful = "shape and count recalled, not read; they agree",
}
