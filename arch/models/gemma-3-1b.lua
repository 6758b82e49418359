-- Google Gemma 3 1B.
return model {
  name = "gemma-3-1b",
  title = "Google Gemma 3 1B",
  aliases = { "Gemma3-1B" },
  d_model = 1152,
  layers = 26,
  vocab = 262144,
  tied_embeddings = true,
  norms = 4,
  mixers = "lllllg",
  attention = { heads = 4, kv_heads = 1, head_dim = 256, window = 512, qk_norm = true },
  ffn = { d_ff = 6912 },
  params = 999885952,
  source = "Hugging Face config.json and model card of google/gemma-3-1b-it",
  doubtful = "shape and counts recalled, not read; they agree",
}
