-- LG K-EXAONE 236B-A23B.
return model {
  name = "k-exaone-236b-a23b",
  title = "LG K-EXAONE 236B-A23B",
  aliases = { "K-EXAONE" },
  d_model = 6144,
  layers = 48,
  vocab = 153600,
  mixers = "lllg",
  attention = { heads = 64, kv_heads = 8, head_dim = 128, window = 128, qk_norm = true },
  ffn = { d_ff = 18432 },
  moe = { experts = 128, top_k = 8, d_expert = 2048, shared_experts = 1, first_dense = 1, router_bias = true },
  mtp_layers = 1,
  params = 236000000000,
  active_params = 23000000000,
  source = "Hugging Face config.json and model card of LGAI-EXAONE/K-EXAONE-236B-A23B",
  doubtful = "shape and counts recalled, not read; they agree",
}
