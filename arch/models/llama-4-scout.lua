-- Meta Llama 4 Scout 17B-16E.
return model {
  name = "llama-4-scout",
  title = "Meta Llama 4 Scout 17B-16E",
  aliases = { "Llama-4-Scout-17B-16E", "Llama4-Scout" },
  d_model = 5120,
  layers = 48,
  vocab = 202048,
  mixers = "cccg",
  attention = { heads = 40, kv_heads = 8, head_dim = 128, chunk = 8192, qk_norm = true },
  moe = { experts = 16, top_k = 1, d_expert = 8192, shared_experts = 1, d_shared = 8192 },
  params = 107770000000,
  active_params = 17000000000,
  source = "Hugging Face config.json of meta-llama/Llama-4-Scout-17B-16E",
  doubtful = "shape recalled, not read; 109B is with the vision tower, 17B active with the input embedding",
  notes = "The text network alone.",
}
