-- Google Gemma 7B.
return model {
  name = "gemma-7b",
  title = "Google Gemma 7B",
  aliases = { "Gemma7B" },
  d_model = 3072,
  layers = 28,
  vocab = 256000,
  tied_embeddings = true,
  attention = { heads = 16, kv_heads = 16, head_dim = 256 },
  ffn = { d_ff = 24576 },
  params = 8537680896,
  source = "Gemma Team 2024, tables 1 and 2; Hugging Face config.json of google/gemma-7b",
  doubtful = "shape and count recalled, not read; they agree",
}
