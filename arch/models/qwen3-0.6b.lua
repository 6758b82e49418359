-- Qwen3 0.6B.
return model {
  name = "qwen3-0.6b",
  title = "Qwen3 0.6B",
  aliases = { "Qwen-3-0.6B" },
  d_model = 1024,
  layers = 28,
  vocab = 151936,
  tied_embeddings = true,
  attention = { heads = 16, kv_heads = 8, head_dim = 128, qk_norm = true },
  ffn = { d_ff = 3072 },
  params = 596049920,
  source = "Hugging Face config.json of Qwen/Qwen3-0.6B",
  doubtful = "shape and count recalled, not read; they agree",
}
