-- IBM Granite 4.0 H Small.
return model {
  name = "granite-4.0-h-small",
  title = "IBM Granite 4.0 H Small",
  aliases = { "Granite-4-H-Small" },
  d_model = 4096,
  layers = 40,
  vocab = 100352,
  tied_embeddings = true,
  mixers = "sssssgssss",
  attention = { heads = 32, kv_heads = 8 },
  state = { key_heads = 1, key_dim = 128, value_heads = 128, value_dim = 64, conv = 4, scalars = 1 },
  moe = { experts = 72, top_k = 10, d_expert = 768, shared_experts = 1, d_shared = 1536 },
  params = 32000000000,
  active_params = 9000000000,
  source = "Hugging Face config.json of ibm-granite/granite-4.0-h-small",
  doubtful = "shape recalled, not read; 32B and 9B are rounded",
}
