-- Baidu ERNIE 4.5 21B-A3B.
return model {
  name = "ernie-4.5-21b-a3b",
  title = "Baidu ERNIE 4.5 21B-A3B",
  d_model = 2560,
  layers = 28,
  vocab = 103424,
  tied_embeddings = true,
  attention = { heads = 20, kv_heads = 4 },
  ffn = { d_ff = 12288 },
  moe = { experts = 64, top_k = 6, d_expert = 1536, shared_experts = 2, first_dense = 1, router_bias = true },
  mtp_layers = 1,
  params = 21800000000,
  active_params = 3000000000,
  source = "Hugging Face config.json and model card of baidu/ERNIE-4.5-21B-A3B-PT",
  doubtful = "shape and counts recalled, not read; they agree",
}
