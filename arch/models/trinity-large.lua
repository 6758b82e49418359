-- Arcee Trinity Large 400B-A13B.
return model {
  name = "trinity-large",
  title = "Arcee Trinity Large 400B-A13B",
  d_model = 3072,
  layers = 60,
  vocab = 200192,
  norms = 4,
  mixers = "lllg",
  attention = { heads = 48, kv_heads = 8, head_dim = 128, window = 2048, qk_norm = true, gate = true },
  ffn = { d_ff = 12288 },
  moe = { experts = 256, top_k = 4, d_expert = 3072, shared_experts = 1, first_dense = 6, router_bias = true },
  params = 398600000000,
  active_params = 13000000000,
  source = "Hugging Face config.json and model card of arcee-ai/Trinity-Large-Base",
  doubtful = "shape and counts recalled, not read; they agree",
}
