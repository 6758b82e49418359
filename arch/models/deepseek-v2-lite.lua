-- DeepSeek-V2-Lite.
return model {
  name = "deepseek-v2-lite",
  title = "DeepSeek-V2-Lite",
  d_model = 2048,
  layers = 27,
  vocab = 102400,
  attention = { kind = "mla", heads = 16, v_head_dim = 128, kv_rank = 512, nope_dim = 128, rope_dim = 64 },
  ffn = { d_ff = 10944 },
  moe = { experts = 64, top_k = 6, d_expert = 1408, shared_experts = 2, first_dense = 1 },
  params = 15706484224,
  active_params = 2400000000,
  source = "Hugging Face config.json of deepseek-ai/DeepSeek-V2-Lite",
  doubtful = "shape and count recalled, not read; they agree",
}
