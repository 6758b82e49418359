-- Cohere Command R+.
return model {
  name = "command-r-plus",
  title = "Cohere Command R+",
  aliases = { "c4ai-command-r-plus" },
  d_model = 12288,
  layers = 64,
  vocab = 256000,
  tied_embeddings = true,
  norms = 1,
  parallel = true,
  attention = { heads = 96, kv_heads = 8, wide_qk_norm = true },
  ffn = { d_ff = 33792 },
  params = 103810674688,
  source = "Hugging Face config.json of CohereForAI/c4ai-command-r-plus",
  doubtful = "shape and count recalled, not read; they agree",
}
