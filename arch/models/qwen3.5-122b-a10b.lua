-- Qwen3.5 122B-A10B.
return model {
  name = "qwen3.5-122b-a10b",
  title = "Qwen3.5 122B-A10B",
  d_model = 3072,
  layers = 48,
  vocab = 248320,
  mixers = "sssg",
  attention = { heads = 32, kv_heads = 2, head_dim = 256, qk_norm = true, gate = true },
  state = { key_heads = 16, key_dim = 128, value_heads = 64, value_dim = 128, conv = 4, scalars = 2, delta = true },
  moe = { experts = 256, top_k = 8, d_expert = 1024, shared_experts = 1, d_shared = 1024, shared_gate = true },
  mtp_layers = 1,
  params = 122000000000,
  active_params = 10000000000,
  source = "Hugging Face config.json and model card of Qwen/Qwen3.5-122B-A10B",
  doubtful = "shape and counts recalled, not read; they agree",
  notes = "The text network alone.",
}
