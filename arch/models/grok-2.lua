-- xAI Grok 2.
return model {
  name = "grok-2",
  title = "xAI Grok 2",
  d_model = 8192,
  layers = 64,
  vocab = 131072,
  norms = 4,
  attention = { heads = 64, kv_heads = 8, head_dim = 128 },
  moe = { experts = 8, top_k = 2, d_expert = 16384, shared_experts = 1, d_shared = 32768 },
  params = 269500000000,
  active_params = 115000000000,
  source = "Hugging Face config.json and model card of xai-org/grok-2",
  doubtful = "shape and counts recalled, not read; they agree",
}
