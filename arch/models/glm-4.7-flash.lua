-- Zhipu GLM-4.7-Flash.
return model {
  name = "glm-4.7-flash",
  title = "Zhipu GLM-4.7-Flash",
  d_model = 2048,
  layers = 47,
  vocab = 154880,
  attention = {
    kind = "mla",
    heads = 20,
    v_head_dim = 256,
    q_rank = 768,
    kv_rank = 512,
    nope_dim = 192,
    rope_dim = 64,
  },
  ffn = { d_ff = 10240 },
  moe = { experts = 64, top_k = 4, d_expert = 1536, shared_experts = 1, first_dense = 1, router_bias = true },
  mtp_layers = 1,
  params = 30000000000,
  active_params = 3000000000,
  source = "Hugging Face config.json and model card of zai-org/GLM-4.7-Flash",
  doubtful = "shape and counts recalled, not read; they agree",
}
