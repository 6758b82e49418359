-- Zhipu GLM-4.5-Air.
return model {
  name = "glm-4.5-air",
  title = "Zhipu GLM-4.5-Air",
  aliases = { "GLM-4.5-Air-106B-A12B", "GLM-4.5V", "GLM-4.6V", "INTELLECT-3" },
  d_model = 4096,
  layers = 46,
  vocab = 151552,
  attention = { heads = 96, kv_heads = 8, head_dim = 128, qkv_bias = true },
  ffn = { d_ff = 10944 },
  moe = { experts = 128, top_k = 8, d_expert = 1408, shared_experts = 1, first_dense = 1, router_bias = true },
  mtp_layers = 1,
  params = 106852251264,
  active_params = 12000000000,
  source = "Hugging Face config.json of zai-org/GLM-4.5-Air",
  doubtful = "shape recalled, not read; the count is that of the weights, 110468824832, less the prediction layer",
  notes = "Called 106B.",
}
