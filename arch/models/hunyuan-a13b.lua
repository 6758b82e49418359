-- Tencent Hunyuan A13B.
return model {
  name = "hunyuan-a13b",
  title = "Tencent Hunyuan A13B",
  aliases = { "Hunyuan-A13B-Instruct" },
  d_model = 4096,
  layers = 32,
  vocab = 128167,
  tied_embeddings = true,
  attention = { heads = 32, kv_heads = 8, head_dim = 128, qk_norm = true },
  moe = { experts = 64, top_k = 8, d_expert = 3072, shared_experts = 1 },
  params = 80000000000,
  active_params = 13000000000,
  source = "Hugging Face config.json of tencent/Hunyuan-A13B-Instruct",
  doubtful = "shape recalled, not read",
}
