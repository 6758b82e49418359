-- Google Gemma 4 31B.
return model {
  name = "gemma-4-31b",
  title = "Google Gemma 4 31B",
  aliases = { "Gemma4-31B" },
  d_model = 5376,
  layers = 60,
  vocab = 262144,
  tied_embeddings = true,
  norms = 4,
  mixers = "lllllg",
  attention = { heads = 32, kv_heads = 4, head_dim = 512, window = 1024, qk_norm = true, k_eq_v = true },
  local_attention = { kv_heads = 16, head_dim = 256, k_eq_v = "no" },
  ffn = { d_ff = 21504 },
  params = 30700000000,
  source = "Hugging Face config.json and model card of google/gemma-4-31B-it",
  doubtful = "shape and counts recalled, not read; they agree",
  notes = "The text network alone.",
}
