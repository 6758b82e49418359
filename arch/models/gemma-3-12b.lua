-- Google Gemma 3 12B.
return model {
  name = "gemma-3-12b",
  title = "Google Gemma 3 12B",
  aliases = { "Gemma3-12B" },
  d_model = 3840,
  layers = 48,
  vocab = 262208,
  tied_embeddings = true,
  norms = 4,
  mixers = "lllllg",
  attention = { heads = 16, kv_heads = 8, head_dim = 256, window = 1024, qk_norm = true },
  ffn = { d_ff = 15360 },
  params = 11766000000,
  source = "Gemma Team 2025, Gemma 3, table 1: 1012M and 10759M; Hugging Face config.json of google/gemma-3-12b-pt",
  doubtful = "shape and count recalled, not read; they agree",
  notes = "The text network alone.",
}
