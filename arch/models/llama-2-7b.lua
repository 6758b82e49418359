-- Meta Llama 2 7B.
return model {
  name = "llama-2-7b",
  title = "Meta Llama 2 7B",
  aliases = { "Llama2-7B", "LLaMA-7B", "llama-1-7b", "LLaMA1-7B" },
  d_model = 4096,
  layers = 32,
  vocab = 32000,
  attention = {
    heads = 32,
    kv_heads = 32,
    head_dim = 128,
  },
  ffn = {
    d_ff = 11008,
  },
  params = 6738415616,
  source = "Hugging Face config.json of meta-llama/Llama-2-7b-hf",
  notes = "The first LLaMA 7B has the same shape.",
}
