-- Meta Llama 3.1 405B.
return model {
  name = "llama-3.1-405b",
  title = "Meta Llama 3.1 405B",
  aliases = { "Llama3.1-405B", "Meta-Llama-3.1-405B" },
  d_model = 16384,
  layers = 126,
  vocab = 128256,
  attention = {
    heads = 128,
    kv_heads = 8,
    head_dim = 128,
  },
  ffn = {
    d_ff = 53248,
  },
  params = 405853388800,
  source = "Hugging Face config.json of meta-llama/Llama-3.1-405B",
}
