-- MiniMax-M2.
return model {
  name = "minimax-m2",
  title = "MiniMax-M2",
  aliases = { "MiniMax-M2.5", "MiniMax-M2.1", "MiniMax-M2.7" },
  d_model = 3072,
  layers = 62,
  vocab = 200064,
  attention = { heads = 48, kv_heads = 8, head_dim = 128, wide_qk_norm = true },
  moe = { experts = 256, top_k = 8, d_expert = 1536, router_bias = true },
  mtp_layers = 3,
  params = 228700000000,
  active_params = 10000000000,
  source = "Hugging Face config.json of MiniMaxAI/MiniMax-M2.5",
  notes = "M2, M2.1 and M2.5 have one shape; multi-token-prediction layers are not counted.",
}
