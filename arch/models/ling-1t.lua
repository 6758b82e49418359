-- InclusionAI Ling 1T.
return model {
  name = "ling-1t",
  title = "InclusionAI Ling 1T",
  aliases = { "Ring-1T" },
  d_model = 8192,
  layers = 80,
  vocab = 157184,
  attention = { heads = 64, kv_heads = 8, head_dim = 128, qk_norm = true },
  ffn = { d_ff = 18432 },
  moe = {
    experts = 256,
    top_k = 8,
    d_expert = 2048,
    shared_experts = 1,
    d_shared = 2048,
    first_dense = 4,
    router_bias = true,
  },
  params = 1000000000000,
  active_params = 50000000000,
  source = "Hugging Face config.json and model card of inclusionAI/Ling-1T",
  doubtful = "shape and counts recalled, not read; they agree",
}
