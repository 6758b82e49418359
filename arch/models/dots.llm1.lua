-- rednote dots.llm1.
return model {
  name = "dots.llm1",
  title = "rednote dots.llm1",
  d_model = 4096,
  layers = 62,
  vocab = 152064,
  attention = { heads = 32, kv_heads = 32, head_dim = 128, qk_norm = true },
  ffn = { d_ff = 10944 },
  moe = { experts = 128, top_k = 6, d_expert = 1408, shared_experts = 2, first_dense = 1, router_bias = true },
  params = 142774381696,
  active_params = 14000000000,
  source = "Hugging Face config.json and model card of rednote-hilab/dots.llm1.base",
  doubtful = "shape and counts recalled, not read; they agree",
}
