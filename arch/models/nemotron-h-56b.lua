-- NVIDIA Nemotron-H 56B.
return model {
  name = "nemotron-h-56b",
  title = "NVIDIA Nemotron-H 56B",
  aliases = { "Nemotron-H-56B-Base" },
  d_model = 8192,
  layers = 118,
  vocab = 131072,
  mixers = "s-s-s-sg-s-s-s-s-sg-s-s-s-s-sg-s-s-s-s-sg-s-s-s-s-sg-s-s-s-s-sg-s-s-s-s-sg-s-s-s-s-sg-s-s-s-s-sg" ..
    "-s-s-s-s-sg-s-s-",
  feeds = "-d-d-d--d-d-d-d-d--d-d-d-d-d--d-d-d-d-d--d-d-d-d-d--d-d-d-d-d--d-d-d-d-d--d-d-d-d-d--d-d-d-d-d--" ..
    "d-d-d-d-d--d-d-d",
  attention = { heads = 64, kv_heads = 8, head_dim = 128 },
  state = { key_heads = 8, key_dim = 256, value_heads = 256, value_dim = 64, conv = 4, scalars = 1 },
  ffn = { d_ff = 32768, gated = false },
  params = 56000000000,
  source = "NVIDIA 2025, Nemotron-H, tables 1 and 2",
  doubtful = "shape recalled, not read; the places of the 10 attention layers are a guess",
}
