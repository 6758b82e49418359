-- Qwen3 8B.
return model {
  name = "qwen3-8b",
  title = "Qwen3 8B",
  aliases = { "Qwen-3-8B" },
  d_model = 4096,
  layers = 36,
  vocab = 151936,
  attention = {
    heads = 32,
    kv_heads = 8,
    head_dim = 128,
    qk_norm = true,
  },
  ffn = {
    d_ff = 12288,
  },
  params = 8190735360,
  source = "Hugging Face config.json of Qwen/Qwen3-8B",
}
