-- Google Gemma 2 27B.
return model {
  name = "gemma-2-27b",
  title = "Google Gemma 2 27B",
  aliases = { "Gemma2-27B" },
  d_model = 4608,
  layers = 46,
  vocab = 256000,
  tied_embeddings = true,
  norms = 4,
  mixers = "lg",
  attention = { heads = 32, kv_heads = 16, head_dim = 128, window = 4096 },
  ffn = { d_ff = 36864 },
  params = 27227128320,
  source = "Hugging Face config.json of google/gemma-2-27b",
  doubtful = "shape and count recalled, not read; they agree",
}
