-- LG EXAONE 4.0 32B.
return model {
  name = "exaone-4.0-32b",
  title = "LG EXAONE 4.0 32B",
  d_model = 5120,
  layers = 64,
  vocab = 102400,
  mixers = "lllg",
  attention = { heads = 40, kv_heads = 8, head_dim = 128, window = 4096, qk_norm = true },
  ffn = { d_ff = 27392 },
  params = 32000000000,
  source = "Hugging Face config.json and model card of LGAI-EXAONE/EXAONE-4.0-32B",
  doubtful = "shape and counts recalled, not read; they agree",
}
