-- Qwen3.5 397B-A17B.
return model {
  name = "qwen3.5-397b-a17b",
  title = "Qwen3.5 397B-A17B",
  d_model = 4096,
  layers = 60,
  vocab = 248320,
  mixers = "sssg",
  attention = { heads = 32, kv_heads = 2, head_dim = 256, qk_norm = true, gate = true },
  state = { key_heads = 16, key_dim = 128, value_heads = 64, value_dim = 128, conv = 4, scalars = 2, delta = true },
  moe = { experts = 512, top_k = 10, d_expert = 1024, shared_experts = 1, d_shared = 1024, shared_gate = true },
  mtp_layers = 1,
  params = 397000000000,
  active_params = 17000000000,
  source = "Hugging Face config.json of Qwen/Qwen3.5-397B-A17B",
  doubtful = "shape recalled, not read; 397B and 17B are rounded",
  notes = "The text network alone.",
}
