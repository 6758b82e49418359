-- Qwen2.5 32B.
return model {
  name = "qwen2.5-32b",
  title = "Qwen2.5 32B",
  aliases = { "Qwen-2.5-32B", "QwQ-32B" },
  d_model = 5120,
  layers = 64,
  vocab = 152064,
  attention = { heads = 40, kv_heads = 8, qkv_bias = true },
  ffn = { d_ff = 27648 },
  params = 32763876352,
  source = "Hugging Face config.json of Qwen/Qwen2.5-32B",
  doubtful = "shape and count recalled, not read; they agree",
}
