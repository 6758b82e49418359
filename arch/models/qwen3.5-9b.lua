-- Qwen3.5 9B.
return model {
  name = "qwen3.5-9b",
  title = "Qwen3.5 9B",
  d_model = 4096,
  layers = 32,
  vocab = 248320,
  mixers = "sssg",
  attention = { heads = 16, kv_heads = 4, head_dim = 256, qk_norm = true, gate = true },
  state = { key_heads = 16, key_dim = 128, value_heads = 32, value_dim = 128, conv = 4, scalars = 2, delta = true },
  ffn = { d_ff = 12288 },
  mtp_layers = 1,
  params = 9000000000,
  source = "Hugging Face config.json and model card of Qwen/Qwen3.5-9B",
  doubtful = "shape and counts recalled, not read; they agree",
  notes = "The text network alone.",
}
