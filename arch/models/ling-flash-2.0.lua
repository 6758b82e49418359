-- InclusionAI Ling-flash 2.0.
return model {
  name = "ling-flash-2.0",
  title = "InclusionAI Ling-flash 2.0",
  aliases = { "Ring-flash-2.0" },
  d_model = 4096,
  layers = 32,
  vocab = 157184,
  attention = { heads = 32, kv_heads = 4, head_dim = 128, qk_norm = true },
  ffn = { d_ff = 9216 },
  moe = {
    experts = 256,
    top_k = 8,
    d_expert = 1024,
    shared_experts = 1,
    d_shared = 1024,
    first_dense = 1,
    router_bias = true,
  },
  params = 103000000000,
  active_params = 6100000000,
  source = "Hugging Face config.json and model card of inclusionAI/Ling-flash-2.0",
  doubtful = "shape and counts recalled, not read; they agree",
}
