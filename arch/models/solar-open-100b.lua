-- Upstage Solar Open 100B.
return model {
  name = "solar-open-100b",
  title = "Upstage Solar Open 100B",
  d_model = 4096,
  layers = 48,
  vocab = 196608,
  attention = { heads = 64, kv_heads = 8, head_dim = 128 },
  moe = { experts = 128, top_k = 8, d_expert = 1280, shared_experts = 1, router_bias = true },
  params = 102600000000,
  active_params = 12000000000,
  source = "Hugging Face config.json and model card of upstage/Solar-Open-100B",
  doubtful = "shape and counts recalled, not read; they agree",
}
