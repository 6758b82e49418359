-- MiniMax-Text-01.
return model {
  name = "minimax-text-01",
  title = "MiniMax-Text-01",
  aliases = { "MiniMax-01", "MiniMax-M1" },
  d_model = 6144,
  layers = 80,
  vocab = 200064,
  mixers = "sssssssg",
  attention = { heads = 64, kv_heads = 8, head_dim = 128 },
  state = { key_heads = 64, key_dim = 128, value_heads = 64, value_dim = 128 },
  moe = { experts = 32, top_k = 2, d_expert = 9216 },
  params = 456000000000,
  active_params = 45900000000,
  source = "MiniMax 2025, MiniMax-01; Hugging Face config.json of MiniMaxAI/MiniMax-Text-01",
  doubtful = "shape recalled, not read; 456B is rounded",
  notes = "Seven lightning layers to one of attention.",
}
