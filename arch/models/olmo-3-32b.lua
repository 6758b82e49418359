-- Ai2 Olmo 3 32B.
return model {
  name = "olmo-3-32b",
  title = "Ai2 Olmo 3 32B",
  d_model = 5120,
  layers = 64,
  vocab = 100278,
  mixers = "lllg",
  attention = { heads = 40, kv_heads = 8, window = 4096, qk_norm = true, wide_qk_norm = true },
  ffn = { d_ff = 27648 },
  params = 32230000000,
  source = "Hugging Face config.json and model card of allenai/Olmo-3-1125-32B",
  doubtful = "shape and counts recalled, not read; they agree",
}
