-- Mistral 7B v0.1.
return model {
  name = "mistral-7b",
  title = "Mistral 7B v0.1",
  aliases = { "Mistral-7B-v0.1" },
  d_model = 4096,
  layers = 32,
  vocab = 32000,
  attention = { heads = 32, kv_heads = 8, window = 4096 },
  ffn = { d_ff = 14336 },
  params = 7241732096,
  source = "Jiang et al. 2023, Mistral 7B, table 1; Hugging Face config.json of mistralai/Mistral-7B-v0.1",
  doubtful = "shape and count recalled, not read; they agree",
  notes = "From v0.2 on there is no window.",
}
