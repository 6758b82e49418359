-- Mistral 7B v0.3.
return model {
  name = "mistral-7b-v0.3",
  title = "Mistral 7B v0.3",
  aliases = { "Mistral-7B-Instruct-v0.3" },
  d_model = 4096,
  layers = 32,
  vocab = 32768,
  attention = { heads = 32, kv_heads = 8 },
  ffn = { d_ff = 14336 },
  params = 7248023552,
  source = "Hugging Face config.json of mistralai/Mistral-7B-v0.3",
  doubtful = "shape and count recalled, not read; they agree",
}
