-- Meta Llama 3.1 70B.
return model {
  name = "llama-3.1-70b",
  title = "Meta Llama 3.1 70B",
  aliases = { "Llama3.1-70B", "Meta-Llama-3.1-70B", "Llama-3.3-70B", "Llama3.3-70B", "Llama-3-70B", "LLaMA3-70B" },
  d_model = 8192,
  layers = 80,
  vocab = 128256,
  attention = {
    heads = 64,
    kv_heads = 8,
    head_dim = 128,
  },
  ffn = {
    d_ff = 28672,
  },
  params = 70553706496,
  source = "Hugging Face config.json of meta-llama/Llama-3.1-70B",
  notes = "Llama 3 70B and Llama 3.3 70B have the same shape.",
}
