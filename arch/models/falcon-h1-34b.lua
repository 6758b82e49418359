-- TII Falcon-H1 34B.
return model {
  name = "falcon-h1-34b",
  title = "TII Falcon-H1 34B",
  d_model = 5120,
  layers = 144,
  vocab = 261120,
  mixers = "sg",
  feeds = "-d",
  attention = { heads = 20, kv_heads = 4, head_dim = 128 },
  state = { key_heads = 2, key_dim = 256, value_heads = 32, value_dim = 128, conv = 4, scalars = 1 },
  ffn = { d_ff = 21504 },
  params = 33600000000,
  source = "Hugging Face config.json and model card of tiiuae/Falcon-H1-34B-Base",
  doubtful = "shape and counts recalled, not read; they agree",
  notes = "Each layer, attention and state side by side, stands as two.",
}
