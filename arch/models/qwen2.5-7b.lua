-- Qwen2.5 7B.
return model {
  name = "qwen2.5-7b",
  title = "Qwen2.5 7B",
  aliases = { "Qwen-2.5-7B" },
  d_model = 3584,
  layers = 28,
  vocab = 152064,
  attention = { heads = 28, kv_heads = 4, qkv_bias = true },
  ffn = { d_ff = 18944 },
  params = 7615616512,
  source = "Hugging Face config.json of Qwen/Qwen2.5-7B",
  doubtful = "shape and count recalled, not read; they agree",
}
