-- InclusionAI Ling-mini 2.0.
return model {
  name = "ling-mini-2.0",
  title = "InclusionAI Ling-mini 2.0",
  aliases = { "Ring-mini-2.0" },
  d_model = 2048,
  layers = 20,
  vocab = 157184,
  attention = { heads = 16, kv_heads = 4, head_dim = 128, qk_norm = true },
  ffn = { d_ff = 5120 },
  moe = {
    experts = 256,
    top_k = 8,
    d_expert = 512,
    shared_experts = 1,
    d_shared = 512,
    first_dense = 1,
    router_bias = true,
  },
  params = 16260000000,
  active_params = 1430000000,
  source = "Hugging Face config.json and model card of inclusionAI/Ling-mini-2.0",
  doubtful = "shape and counts recalled, not read; they agree",
}
