-- Meta Llama 3.2 1B.
return model {
  name = "llama-3.2-1b",
  title = "Meta Llama 3.2 1B",
  aliases = { "Llama3.2-1B" },
  d_model = 2048,
  layers = 16,
  vocab = 128256,
  tied_embeddings = true,
  attention = { heads = 32, kv_heads = 8, head_dim = 64 },
  ffn = { d_ff = 8192 },
  params = 1235814400,
  source = "Hugging Face config.json and model card of meta-llama/Llama-3.2-1B",
  doubtful = "shape and counts recalled, not read; they agree",
}
