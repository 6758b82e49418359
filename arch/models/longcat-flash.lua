-- Meituan LongCat-Flash.
return model {
  name = "longcat-flash",
  title = "Meituan LongCat-Flash",
  aliases = { "LongCat-Flash-Chat" },
  d_model = 6144,
  layers = 84,
  vocab = 131072,
  mixers = "gg-",
  feeds = "dde",
  attention = {
    kind = "mla",
    heads = 64,
    v_head_dim = 128,
    q_rank = 1536,
    kv_rank = 512,
    nope_dim = 128,
    rope_dim = 64,
  },
  ffn = { d_ff = 12288 },
  moe = { experts = 512, top_k = 8, d_expert = 2048, router_bias = true },
  params = 560000000000,
  active_params = 27000000000,
  source = "Hugging Face config.json and model card of meituan-longcat/LongCat-Flash-Chat",
  doubtful = "shape and counts recalled, not read; they agree",
  notes = "A token's experts are the mean of those that do something. Each layer, two attentions, two dense" ..
    " blocks and experts, stands as three.",
}
