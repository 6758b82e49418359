-- AI21 Jamba 1.5 Large.
return model {
  name = "jamba-1.5-large",
  title = "AI21 Jamba 1.5 Large",
  d_model = 8192,
  layers = 72,
  vocab = 65536,
  mixers = "ssssgsss",
  feeds = "de",
  attention = { heads = 64, kv_heads = 8 },
  state = { key_heads = 1, key_dim = 16, value_heads = 256, value_dim = 64, conv = 4, rank = 512 },
  ffn = { d_ff = 24576 },
  moe = { experts = 16, top_k = 2, d_expert = 24576 },
  params = 398000000000,
  active_params = 94000000000,
  source = "Jamba Team 2024, Jamba-1.5; Hugging Face config.json of ai21labs/AI21-Jamba-1.5-Large",
  doubtful = "shape recalled, not read; 398B and 94B are rounded",
  notes = "Its Mamba-1 layers stand as state layers with heads of 64.",
}
