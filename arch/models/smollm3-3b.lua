-- Hugging Face SmolLM3 3B.
return model {
  name = "smollm3-3b",
  title = "Hugging Face SmolLM3 3B",
  d_model = 2048,
  layers = 36,
  vocab = 128256,
  tied_embeddings = true,
  attention = { heads = 16, kv_heads = 4 },
  ffn = { d_ff = 11008 },
  params = 3075098624,
  source = "Hugging Face config.json and model card of HuggingFaceTB/SmolLM3-3B",
  doubtful = "shape and counts recalled, not read; they agree",
}
