-- Zhipu GLM-4.5.
return model {
  name = "glm-4.5",
  title = "Zhipu GLM-4.5",
  aliases = { "GLM-4.5-355B-A32B", "GLM-4.6", "GLM-4.7" },
  d_model = 5120,
  layers = 92,
  vocab = 151552,
  attention = { heads = 96, kv_heads = 8, head_dim = 128, qkv_bias = true, qk_norm = true },
  ffn = { d_ff = 12288 },
  moe = { experts = 160, top_k = 8, d_expert = 1536, shared_experts = 1, first_dense = 3, router_bias = true },
  mtp_layers = 1,
  params = 352797829024,
  active_params = 32000000000,
  source = "Hugging Face config.json of zai-org/GLM-4.5",
  doubtful = "shape recalled, not read; the count is that of the weights, 358337791296, less the prediction layer",
  notes = "Called 355B.",
}
