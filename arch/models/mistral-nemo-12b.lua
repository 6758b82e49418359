-- Mistral NeMo 12B.
return model {
  name = "mistral-nemo-12b",
  title = "Mistral NeMo 12B",
  aliases = { "Mistral-Nemo", "Mistral-Nemo-2407" },
  d_model = 5120,
  layers = 40,
  vocab = 131072,
  attention = { heads = 32, kv_heads = 8, head_dim = 128 },
  ffn = { d_ff = 14336 },
  params = 12247782400,
  source = "Hugging Face config.json and model card of mistralai/Mistral-Nemo-Base-2407",
  doubtful = "shape and counts recalled, not read; they agree",
}
