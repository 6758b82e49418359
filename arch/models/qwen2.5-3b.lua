-- Qwen2.5 3B.
return model {
  name = "qwen2.5-3b",
  title = "Qwen2.5 3B",
  aliases = { "Qwen-2.5-3B" },
  d_model = 2048,
  layers = 36,
  vocab = 151936,
  tied_embeddings = true,
  attention = { heads = 16, kv_heads = 2, qkv_bias = true },
  ffn = { d_ff = 11008 },
  params = 3085938688,
  source = "Hugging Face config.json and model card of Qwen/Qwen2.5-3B",
  doubtful = "shape and counts recalled, not read; they agree",
}
