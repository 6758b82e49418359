-- Qwen2.5 14B.
return model {
  name = "qwen2.5-14b",
  title = "Qwen2.5 14B",
  aliases = { "Qwen-2.5-14B" },
  d_model = 5120,
  layers = 48,
  vocab = 152064,
  attention = { heads = 40, kv_heads = 8, qkv_bias = true },
  ffn = { d_ff = 13824 },
  params = 14770033664,
  source = "Hugging Face config.json of Qwen/Qwen2.5-14B",
  doubtful = "shape and count recalled, not read; they agree",
}
