-- Tencent Hy3 295B-A21B.
return model {
  name = "hy3",
  title = "Tencent Hy3 295B-A21B",
  d_model = 4096,
  layers = 80,
  vocab = 120832,
  attention = { heads = 64, kv_heads = 8, head_dim = 128, qk_norm = true },
  ffn = { d_ff = 13312 },
  moe = { experts = 192, top_k = 8, d_expert = 1536, shared_experts = 1, first_dense = 1, router_bias = true },
  mtp_layers = 1,
  params = 295000000000,
  active_params = 21000000000,
  source = "Hugging Face config.json and model card of tencent/Hy3-preview",
  doubtful = "shape and counts recalled, not read; they agree",
}
