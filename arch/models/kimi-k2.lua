-- Moonshot Kimi K2.
return model {
  name = "kimi-k2",
  title = "Moonshot Kimi K2",
  aliases = { "Kimi-K2-Instruct", "Kimi-K2-Thinking", "Kimi-K2.5" },
  d_model = 7168,
  layers = 61,
  vocab = 163840,
  attention = {
    kind = "mla",
    heads = 64,
    v_head_dim = 128,
    q_rank = 1536,
    kv_rank = 512,
    nope_dim = 128,
    rope_dim = 64,
  },
  ffn = { d_ff = 18432 },
  moe = { experts = 384, top_k = 8, d_expert = 2048, shared_experts = 1, first_dense = 1, router_bias = true },
  params = 1026408232448,
  active_params = 32000000000,
  source = "Hugging Face config.json of moonshotai/Kimi-K2-Instruct",
  doubtful = "shape and count recalled, not read; they agree with the weights, the report says 1.04T",
}
