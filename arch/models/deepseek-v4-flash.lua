-- DeepSeek-V4-Flash.
return model {
  name = "deepseek-v4-flash",
  title = "DeepSeek-V4-Flash",
  d_model = 4096,
  layers = 43,
  vocab = 129280,
  mixers = "llggggggggggggggggggggggggggggggggggggggggg",
  attention = {
    heads = 64,
    kv_heads = 1,
    head_dim = 512,
    window = 128,
    sinks = true,
    k_eq_v = true,
    q_rank = 1024,
    o_rank = 1024,
    o_groups = 8,
  },
  indexer = { heads = 64, head_dim = 128, top_k = 512 },
  moe = { experts = 256, top_k = 6, d_expert = 2048, shared_experts = 1, router_bias = true },
  extra_params = 6834545.116279069,
  mtp_layers = 1,
  params = 284000000000,
  active_params = 13000000000,
  source = "Hugging Face config.json and model card of deepseek-ai/DeepSeek-V4-Flash",
  doubtful = "keys are compressed 4 or 128 to one, which is not modelled: its cache is smaller; shape " ..
    "and counts recalled, not read; they agree",
}
