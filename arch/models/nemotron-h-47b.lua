-- NVIDIA Nemotron-H 47B.
return model {
  name = "nemotron-h-47b",
  title = "NVIDIA Nemotron-H 47B",
  aliases = { "Nemotron-H-47B-Base" },
  d_model = 8192,
  layers = 98,
  vocab = 131072,
  mixers = "s-s-s-s-s-s-s-s-s-g-s-s-s-s-s-s-s-s-s-g-s-s-s-s-s-s-s-s-s-g-s-s-s-s-s-s-s-s-s-g-s-s-s-s-s-s-s-s-" ..
    "g-",
  feeds = "-d",
  attention = { heads = 64, kv_heads = 8, head_dim = 128 },
  state = { key_heads = 8, key_dim = 256, value_heads = 256, value_dim = 64, conv = 4, scalars = 1 },
  ffn = { d_ff = 30720, gated = false },
  params = 46800000000,
  source = "NVIDIA 2025, Nemotron-H: the 56B pruned by MiniPuzzle",
  doubtful = "shape recalled, not read; 44 state, 49 dense and 5 attention layers are recalled, their places a guess",
}
