-- Qwen2.5 0.5B.
return model {
  name = "qwen2.5-0.5b",
  title = "Qwen2.5 0.5B",
  aliases = { "Qwen-2.5-0.5B" },
  d_model = 896,
  layers = 24,
  vocab = 151936,
  tied_embeddings = true,
  attention = { heads = 14, kv_heads = 2, qkv_bias = true },
  ffn = { d_ff = 4864 },
  params = 494032768,
  source = "Hugging Face config.json and model card of Qwen/Qwen2.5-0.5B",
  doubtful = "shape and counts recalled, not read; they agree",
}
