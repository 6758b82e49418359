-- Qwen2.5 1.5B.
return model {
  name = "qwen2.5-1.5b",
  title = "Qwen2.5 1.5B",
  aliases = { "Qwen-2.5-1.5B" },
  d_model = 1536,
  layers = 28,
  vocab = 151936,
  tied_embeddings = true,
  attention = { heads = 12, kv_heads = 2, qkv_bias = true },
  ffn = { d_ff = 8960 },
  params = 1543714304,
  source = "Hugging Face config.json and model card of Qwen/Qwen2.5-1.5B",
  doubtful = "shape and counts recalled, not read; they agree",
}
