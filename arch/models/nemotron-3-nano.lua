-- NVIDIA Nemotron 3 Nano 30B-A3B.
return model {
  name = "nemotron-3-nano",
  title = "NVIDIA Nemotron 3 Nano 30B-A3B",
  aliases = { "Nemotron-3-Nano-30B-A3B" },
  d_model = 2688,
  layers = 52,
  vocab = 131072,
  mixers = "s-s-sg-s-s-sg-s-s-sg-s-s-sg-s-s-sg-s-s-s-sg-s-s-",
  feeds = "-e-e--e-e-e--e-e-e--e-e-e--e-e-e--e-e-e-e--e-e-e",
  attention = { heads = 32, kv_heads = 2, head_dim = 128 },
  state = { key_heads = 8, key_dim = 128, value_heads = 64, value_dim = 64, conv = 4, scalars = 1 },
  ffn = { gated = false },
  moe = { experts = 128, top_k = 6, d_expert = 1856, shared_experts = 1, d_shared = 3712, router_bias = true },
  params = 31600000000,
  active_params = 3200000000,
  source = "NVIDIA 2025, Nemotron 3 Nano",
  doubtful = "shape recalled, not read; 31.6B is as published",
}
