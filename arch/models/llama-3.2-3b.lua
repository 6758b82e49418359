-- Meta Llama 3.2 3B.
return model {
  name = "llama-3.2-3b",
  title = "Meta Llama 3.2 3B",
  aliases = { "Llama3.2-3B" },
  d_model = 3072,
  layers = 28,
  vocab = 128256,
  tied_embeddings = true,
  attention = { heads = 24, kv_heads = 8, head_dim = 128 },
  ffn = { d_ff = 8192 },
  params = 3212749824,
  source = "Hugging Face config.json and model card of meta-llama/Llama-3.2-3B",
  doubtful = "shape and counts recalled, not read; they agree",
}
