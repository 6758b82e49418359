-- Mistral Ministral 3 14B.
return model {
  name = "ministral-3-14b",
  title = "Mistral Ministral 3 14B",
  d_model = 5120,
  layers = 40,
  vocab = 131072,
  attention = { heads = 32, kv_heads = 8, head_dim = 128 },
  ffn = { d_ff = 16384 },
  params = 13500000000,
  source = "Hugging Face config.json and model card of mistralai/Ministral-3-14B-Base-2512",
  doubtful = "shape and counts recalled, not read; they agree",
  notes = "The text network alone.",
}
