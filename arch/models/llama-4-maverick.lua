-- Meta Llama 4 Maverick 17B-128E.
return model {
  name = "llama-4-maverick",
  title = "Meta Llama 4 Maverick 17B-128E",
  aliases = { "Llama-4-Maverick-17B-128E", "Llama4-Maverick" },
  d_model = 5120,
  layers = 48,
  vocab = 202048,
  mixers = "cccg",
  feeds = "de",
  attention = { heads = 40, kv_heads = 8, head_dim = 128, chunk = 8192 },
  ffn = { d_ff = 16384 },
  moe = { experts = 128, top_k = 1, d_expert = 8192, shared_experts = 1, d_shared = 8192 },
  params = 400000000000,
  active_params = 17000000000,
  source = "Hugging Face config.json of meta-llama/Llama-4-Maverick-17B-128E",
  doubtful = "shape recalled, not read; 400B and 17B active as published, rounded",
  notes = "The text network alone.",
}
