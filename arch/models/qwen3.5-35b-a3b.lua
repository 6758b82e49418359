-- Qwen3.5 35B-A3B.
return model {
  name = "qwen3.5-35b-a3b",
  title = "Qwen3.5 35B-A3B",
  d_model = 2048,
  layers = 40,
  vocab = 248320,
  mixers = "sssg",
  attention = { heads = 16, kv_heads = 2, head_dim = 256, qk_norm = true, gate = true },
  state = { key_heads = 16, key_dim = 128, value_heads = 32, value_dim = 128, conv = 4, scalars = 2, delta = true },
  moe = { experts = 256, top_k = 8, d_expert = 512, shared_experts = 1, d_shared = 512, shared_gate = true },
  mtp_layers = 1,
  params = 35000000000,
  active_params = 3000000000,
  source = "Hugging Face config.json of Qwen/Qwen3.5-35B-A3B",
  doubtful = "shape recalled, not read; 35B and 3B are rounded",
  notes = "The text network alone.",
}
