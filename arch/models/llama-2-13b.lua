-- Meta Llama 2 13B.
return model {
  name = "llama-2-13b",
  title = "Meta Llama 2 13B",
  aliases = { "Llama2-13B", "LLaMA-13B", "llama-1-13b", "LLaMA1-13B" },
  d_model = 5120,
  layers = 40,
  vocab = 32000,
  attention = {
    heads = 40,
    kv_heads = 40,
    head_dim = 128,
  },
  ffn = {
    d_ff = 13824,
  },
  params = 13015864320,
  source = "Hugging Face config.json of meta-llama/Llama-2-13b-hf",
  notes = "The first LLaMA 13B has the same shape.",
}
