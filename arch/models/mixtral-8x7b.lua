-- Mistral Mixtral 8x7B v0.1.
return model {
  name = "mixtral-8x7b",
  title = "Mistral Mixtral 8x7B v0.1",
  aliases = { "Mixtral-8x7B-v0.1" },
  d_model = 4096,
  layers = 32,
  vocab = 32000,
  attention = {
    heads = 32,
    kv_heads = 8,
    head_dim = 128,
  },
  moe = {
    experts = 8,
    top_k = 2,
    d_expert = 14336,
  },
  params = 46702792704,
  active_params = 12900000000,
  source = "Hugging Face config.json of mistralai/Mixtral-8x7B-v0.1",
}
