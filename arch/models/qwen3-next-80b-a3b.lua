-- Qwen3-Next 80B-A3B.
return model {
  name = "qwen3-next-80b-a3b",
  title = "Qwen3-Next 80B-A3B",
  aliases = { "Qwen3-Next", "Qwen3-Coder-Next" },
  d_model = 2048,
  layers = 48,
  vocab = 151936,
  mixers = "sssg",
  attention = { heads = 16, kv_heads = 2, head_dim = 256, qk_norm = true, gate = true },
  state = { key_heads = 16, key_dim = 128, value_heads = 32, value_dim = 128, conv = 4, scalars = 2, delta = true },
  moe = { experts = 512, top_k = 10, d_expert = 512, shared_experts = 1, d_shared = 512, shared_gate = true },
  params = 80000000000,
  active_params = 3000000000,
  source = "Hugging Face config.json of Qwen/Qwen3-Next-80B-A3B-Instruct",
  doubtful = "shape recalled, not read; 80B and 3B are rounded",
  notes = "Three gated delta layers to one of attention; without its multi-token-prediction layer.",
}
