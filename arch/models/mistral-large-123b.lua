-- Mistral Large 2.
return model {
  name = "mistral-large-123b",
  title = "Mistral Large 2",
  aliases = { "Mistral-Large", "Mistral-Large-2", "Mistral-Large-2407", "Devstral-2-123B" },
  d_model = 12288,
  layers = 88,
  vocab = 32768,
  attention = { heads = 96, kv_heads = 8, head_dim = 128 },
  ffn = { d_ff = 28672 },
  params = 122610069504,
  source = "Hugging Face config.json of mistralai/Mistral-Large-Instruct-2407",
  doubtful = "shape and count recalled, not read; they agree",
}
