-- Qwen3 32B.
return model {
  name = "qwen3-32b",
  title = "Qwen3 32B",
  aliases = { "Qwen-3-32B" },
  d_model = 5120,
  layers = 64,
  vocab = 151936,
  attention = {
    heads = 64,
    kv_heads = 8,
    head_dim = 128,
    qk_norm = true,
  },
  ffn = {
    d_ff = 25600,
  },
  params = 32762123264,
  source = "Hugging Face config.json of Qwen/Qwen3-32B",
}
