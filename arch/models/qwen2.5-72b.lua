-- Qwen2.5 72B.
return model {
  name = "qwen2.5-72b",
  title = "Qwen2.5 72B",
  aliases = { "Qwen-2.5-72B", "Qwen2-72B" },
  d_model = 8192,
  layers = 80,
  vocab = 152064,
  attention = { heads = 64, kv_heads = 8, qkv_bias = true },
  ffn = { d_ff = 29568 },
  params = 72706203648,
  source = "Hugging Face config.json of Qwen/Qwen2.5-72B",
  doubtful = "shape and count recalled, not read; they agree",
}
