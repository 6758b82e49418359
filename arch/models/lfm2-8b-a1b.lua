-- Liquid LFM2 8B-A1B.
return model {
  name = "lfm2-8b-a1b",
  title = "Liquid LFM2 8B-A1B",
  d_model = 2048,
  layers = 24,
  vocab = 65536,
  tied_embeddings = true,
  mixers = "ssgsssgsssgsssgsssg",
  attention = { heads = 32, kv_heads = 8, qk_norm = true },
  state = { key_heads = 1024, key_dim = 1, value_heads = 1024, value_dim = 2, conv = 3 },
  ffn = { d_ff = 7168 },
  moe = { experts = 32, top_k = 4, d_expert = 1792, first_dense = 2, router_bias = true },
  params = 8340000000,
  active_params = 1500000000,
  source = "Hugging Face config.json and model card of LiquidAI/LFM2-8B-A1B",
  doubtful = "shape and counts recalled, not read; they agree",
}
