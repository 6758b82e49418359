-- Meta Llama 2 70B.
return model {
  name = "llama-2-70b",
  title = "Meta Llama 2 70B",
  aliases = { "Llama2-70B", "llama2-70b-99", "llama2-70b-99.9" },
  d_model = 8192,
  layers = 80,
  vocab = 32000,
  attention = {
    heads = 64,
    kv_heads = 8,
    head_dim = 128,
  },
  ffn = {
    d_ff = 28672,
  },
  params = 68976648192,
  source = "Hugging Face config.json of meta-llama/Llama-2-70b-hf",
  notes = "llama2-70b-99 and -99.9 are MLPerf's names for it.",
}
