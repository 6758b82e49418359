-- Google Gemma 2 9B.
return model {
  name = "gemma-2-9b",
  title = "Google Gemma 2 9B",
  aliases = { "Gemma2-9B" },
  d_model = 3584,
  layers = 42,
  vocab = 256000,
  tied_embeddings = true,
  norms = 4,
  mixers = "lg",
  attention = { heads = 16, kv_heads = 8, head_dim = 256, window = 4096 },
  ffn = { d_ff = 14336 },
  params = 9241705984,
  source = "Hugging Face config.json of google/gemma-2-9b",
  doubtful = "shape and count recalled, not read; they agree",
}
