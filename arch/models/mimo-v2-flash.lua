-- Xiaomi MiMo-V2-Flash.
return model {
  name = "mimo-v2-flash",
  title = "Xiaomi MiMo-V2-Flash",
  d_model = 4096,
  layers = 48,
  vocab = 152576,
  mixers = "gllllglllllglllllglllllglllllglllllglllllglllll",
  attention = { heads = 64, kv_heads = 4, head_dim = 192, v_head_dim = 128, window = 128, sinks = true },
  local_attention = { kv_heads = 8 },
  ffn = { d_ff = 16384 },
  moe = { experts = 256, top_k = 8, d_expert = 2048, first_dense = 1, router_bias = true },
  params = 309000000000,
  active_params = 15000000000,
  source = "Hugging Face config.json and model card of XiaomiMiMo/MiMo-V2-Flash",
  doubtful = "shape and counts recalled, not read; they agree",
}
