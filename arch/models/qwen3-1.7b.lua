-- Qwen3 1.7B.
return model {
  name = "qwen3-1.7b",
  title = "Qwen3 1.7B",
  aliases = { "Qwen-3-1.7B" },
  d_model = 2048,
  layers = 28,
  vocab = 151936,
  tied_embeddings = true,
  attention = { heads = 16, kv_heads = 8, head_dim = 128, qk_norm = true },
  ffn = { d_ff = 6144 },
  params = 1720574976,
  source = "Hugging Face config.json of Qwen/Qwen3-1.7B",
  doubtful = "shape and count recalled, not read; they agree",
}
