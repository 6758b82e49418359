-- Qwen3 235B-A22B.
return model {
  name = "qwen3-235b-a22b",
  title = "Qwen3 235B-A22B",
  aliases = { "Qwen-3-235B-A22B", "Qwen3-VL-235B-A22B" },
  d_model = 4096,
  layers = 94,
  vocab = 151936,
  attention = {
    heads = 64,
    kv_heads = 4,
    head_dim = 128,
    qk_norm = true,
  },
  moe = {
    experts = 128,
    top_k = 8,
    d_expert = 1536,
  },
  params = 235093634560,
  active_params = 22000000000,
  source = "Hugging Face config.json of Qwen/Qwen3-235B-A22B",
}
