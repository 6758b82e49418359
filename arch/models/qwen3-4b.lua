-- Qwen3 4B.
return model {
  name = "qwen3-4b",
  title = "Qwen3 4B",
  aliases = { "Qwen-3-4B" },
  d_model = 2560,
  layers = 36,
  vocab = 151936,
  tied_embeddings = true,
  attention = { heads = 32, kv_heads = 8, head_dim = 128, qk_norm = true },
  ffn = { d_ff = 9728 },
  params = 4022468096,
  source = "Hugging Face config.json of Qwen/Qwen3-4B",
  doubtful = "shape and count recalled, not read; they agree",
}
