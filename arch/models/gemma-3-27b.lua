-- Google Gemma 3 27B.
return model {
  name = "gemma-3-27b",
  title = "Google Gemma 3 27B",
  aliases = { "Gemma3-27B" },
  d_model = 5376,
  layers = 62,
  vocab = 262208,
  tied_embeddings = true,
  norms = 4,
  mixers = "lllllg",
  attention = { heads = 32, kv_heads = 16, head_dim = 128, window = 1024, qk_norm = true },
  ffn = { d_ff = 21504 },
  params = 27016000000,
  source = "Gemma Team 2025, Gemma 3, table 1; Hugging Face config.json of google/gemma-3-27b-pt",
  doubtful = "shape and count recalled, not read; they agree",
  notes = "The text network alone.",
}
