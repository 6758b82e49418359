-- Mistral Small 3 24B.
return model {
  name = "mistral-small-24b",
  title = "Mistral Small 3 24B",
  aliases = {
    "Mistral-Small", "Mistral-Small-24B-2501", "Mistral-Small-3.1-24B", "Mistral-Small-3.2-24B",
    "Magistral-Small", "Devstral-Small",
  },
  d_model = 5120,
  layers = 40,
  vocab = 131072,
  attention = { heads = 32, kv_heads = 8, head_dim = 128 },
  ffn = { d_ff = 32768 },
  params = 23572403200,
  source = "Hugging Face config.json of mistralai/Mistral-Small-24B-Base-2501",
  doubtful = "shape and count recalled, not read; they agree",
}
