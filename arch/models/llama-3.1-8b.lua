-- Meta Llama 3.1 8B.
return model {
  name = "llama-3.1-8b",
  title = "Meta Llama 3.1 8B",
  aliases = { "Llama3.1-8B", "Meta-Llama-3.1-8B", "Llama-3-8B", "Llama3-8B" },
  d_model = 4096,
  layers = 32,
  vocab = 128256,
  attention = {
    heads = 32,
    kv_heads = 8,
    head_dim = 128,
  },
  ffn = {
    d_ff = 14336,
  },
  params = 8030261248,
  source = "Hugging Face config.json of meta-llama/Llama-3.1-8B",
  notes = "Llama 3 8B has the same shape.",
}
