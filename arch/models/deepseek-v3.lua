-- DeepSeek-V3.
return model {
  name = "deepseek-v3",
  title = "DeepSeek-V3",
  aliases = { "DeepSeekV3", "deepseek-r1", "DeepSeek-V3-0324" },
  d_model = 7168,
  layers = 61,
  vocab = 129280,
  attention = {
    kind = "mla",
    heads = 128,
    q_rank = 1536,
    kv_rank = 512,
    nope_dim = 128,
    rope_dim = 64,
    v_head_dim = 128,
  },
  ffn = {
    d_ff = 18432,
  },
  moe = {
    experts = 256,
    top_k = 8,
    d_expert = 2048,
    shared_experts = 1,
    d_shared = 2048,
    first_dense = 3,
    router_bias = true,
  },
  params = 671026419200,
  source = "Hugging Face config.json of deepseek-ai/DeepSeek-V3",
  notes = "Without its multi-token-prediction layer. DeepSeek-R1 has the same shape.",
}
