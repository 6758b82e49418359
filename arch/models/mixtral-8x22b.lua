-- Mistral Mixtral 8x22B.
return model {
  name = "mixtral-8x22b",
  title = "Mistral Mixtral 8x22B",
  aliases = { "Mixtral-8x22B-v0.1", "Mixtral-8x22B-v0.3" },
  d_model = 6144,
  layers = 56,
  vocab = 32768,
  attention = { heads = 48, kv_heads = 8 },
  moe = { experts = 8, top_k = 2, d_expert = 16384 },
  params = 140630071296,
  active_params = 39000000000,
  source = "Hugging Face config.json of mistralai/Mixtral-8x22B-v0.3",
  doubtful = "shape and count recalled, not read; they agree",
  notes = "v0.1 has 32000 words and is otherwise the same.",
}
