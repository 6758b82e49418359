-- Ai2 Olmo 3 7B.
return model {
  name = "olmo-3-7b",
  title = "Ai2 Olmo 3 7B",
  d_model = 4096,
  layers = 32,
  vocab = 100278,
  mixers = "lllg",
  attention = { heads = 32, kv_heads = 32, window = 4096, qk_norm = true, wide_qk_norm = true },
  ffn = { d_ff = 11008 },
  params = 7298011136,
  source = "Hugging Face config.json and model card of allenai/Olmo-3-1025-7B",
  doubtful = "shape and counts recalled, not read; they agree",
}
