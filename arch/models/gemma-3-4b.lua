-- Google Gemma 3 4B.
return model {
  name = "gemma-3-4b",
  title = "Google Gemma 3 4B",
  aliases = { "Gemma3-4B" },
  d_model = 2560,
  layers = 34,
  vocab = 262208,
  tied_embeddings = true,
  norms = 4,
  mixers = "lllllg",
  attention = { heads = 8, kv_heads = 4, head_dim = 256, window = 1024, qk_norm = true },
  ffn = { d_ff = 10240 },
  params = 3880263168,
  source = "Hugging Face config.json and model card of google/gemma-3-4b-it",
  doubtful = "shape and counts recalled, not read; they agree",
  notes = "The text network alone.",
}
