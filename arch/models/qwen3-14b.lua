-- Qwen3 14B.
return model {
  name = "qwen3-14b",
  title = "Qwen3 14B",
  aliases = { "Qwen-3-14B" },
  d_model = 5120,
  layers = 40,
  vocab = 151936,
  attention = { heads = 40, kv_heads = 8, head_dim = 128, qk_norm = true },
  ffn = { d_ff = 17408 },
  params = 14768307200,
  source = "Hugging Face config.json of Qwen/Qwen3-14B",
  doubtful = "shape and count recalled, not read; they agree",
}
