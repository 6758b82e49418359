-- Qwen3 30B-A3B.
return model {
  name = "qwen3-30b-a3b",
  title = "Qwen3 30B-A3B",
  aliases = { "Qwen-3-30B-A3B", "Qwen3-VL-30B-A3B", "Qwen3-Coder-30B-A3B" },
  d_model = 2048,
  layers = 48,
  vocab = 151936,
  attention = {
    heads = 32,
    kv_heads = 4,
    head_dim = 128,
    qk_norm = true,
  },
  moe = {
    experts = 128,
    top_k = 8,
    d_expert = 768,
  },
  params = 30532122624,
  active_params = 3300000000,
  source = "Hugging Face config.json of Qwen/Qwen3-30B-A3B",
}
