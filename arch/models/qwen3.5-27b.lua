-- Qwen3.5 27B.
return model {
  name = "qwen3.5-27b",
  title = "Qwen3.5 27B",
  d_model = 5120,
  layers = 64,
  vocab = 248320,
  mixers = "sssg",
  attention = { heads = 24, kv_heads = 4, head_dim = 256, qk_norm = true, gate = true },
  state = { key_heads = 16, key_dim = 128, value_heads = 48, value_dim = 128, conv = 4, scalars = 2, delta = true },
  ffn = { d_ff = 17408 },
  mtp_layers = 1,
  params = 27000000000,
  source = "Hugging Face config.json of Qwen/Qwen3.5-27B",
  doubtful = "shape recalled, not read; 27B is rounded",
  notes = "The text network alone.",
}
