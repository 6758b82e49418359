-- Baidu ERNIE 4.5 300B-A47B.
return model {
  name = "ernie-4.5-300b-a47b",
  title = "Baidu ERNIE 4.5 300B-A47B",
  d_model = 8192,
  layers = 54,
  vocab = 103424,
  attention = { heads = 64, kv_heads = 8 },
  ffn = { d_ff = 28672 },
  moe = { experts = 64, top_k = 8, d_expert = 3584, first_dense = 3, router_bias = true },
  mtp_layers = 1,
  params = 300000000000,
  active_params = 47000000000,
  source = "Hugging Face config.json of baidu/ERNIE-4.5-300B-A47B-PT",
  doubtful = "shape recalled, not read; 300B and 47B are rounded",
}
