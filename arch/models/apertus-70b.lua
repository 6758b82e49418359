-- Swiss AI Apertus 70B.
return model {
  name = "apertus-70b",
  title = "Swiss AI Apertus 70B",
  d_model = 8192,
  layers = 80,
  vocab = 131072,
  attention = { heads = 64, kv_heads = 8, qk_norm = true },
  ffn = { d_ff = 43008, gated = false },
  params = 70600000000,
  source = "Hugging Face config.json and model card of swiss-ai/Apertus-70B-2509",
  doubtful = "shape and counts recalled, not read; they agree",
}
