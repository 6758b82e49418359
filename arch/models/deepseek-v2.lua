-- DeepSeek-V2.
return model {
  name = "deepseek-v2",
  title = "DeepSeek-V2",
  aliases = { "DeepSeekV2", "DeepSeek-V2.5" },
  d_model = 5120,
  layers = 60,
  vocab = 102400,
  attention = {
    kind = "mla",
    heads = 128,
    v_head_dim = 128,
    q_rank = 1536,
    kv_rank = 512,
    nope_dim = 128,
    rope_dim = 64,
  },
  ffn = { d_ff = 12288 },
  moe = { experts = 160, top_k = 6, d_expert = 1536, shared_experts = 2, first_dense = 1 },
  params = 235741434880,
  active_params = 21000000000,
  source = "Hugging Face config.json of deepseek-ai/DeepSeek-V2",
  doubtful = "shape and count recalled, not read; they agree",
}
