-- Moonshot Moonlight 16B-A3B.
return model {
  name = "moonlight-16b-a3b",
  title = "Moonshot Moonlight 16B-A3B",
  aliases = { "Kimi-VL-A3B" },
  d_model = 2048,
  layers = 27,
  vocab = 163840,
  attention = { kind = "mla", heads = 16, v_head_dim = 128, kv_rank = 512, nope_dim = 128, rope_dim = 64 },
  ffn = { d_ff = 11264 },
  moe = { experts = 64, top_k = 6, d_expert = 1408, shared_experts = 2, first_dense = 1, router_bias = true },
  params = 15960111936,
  active_params = 2240000000,
  source = "Hugging Face config.json and model card of moonshotai/Moonlight-16B-A3B",
  doubtful = "shape and counts recalled, not read; they agree",
}
