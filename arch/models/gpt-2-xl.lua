-- OpenAI GPT-2 XL.
return model {
  name = "gpt-2-xl",
  title = "OpenAI GPT-2 XL",
  aliases = { "gpt2-xl" },
  d_model = 1600,
  layers = 48,
  vocab = 50257,
  tied_embeddings = true,
  norm_bias = true,
  positions = 1024,
  attention = { heads = 25, qkv_bias = true, out_bias = true },
  ffn = { d_ff = 6400, gated = false, bias = true },
  params = 1557611200,
  source = "Hugging Face config.json of openai-community/gpt2-xl",
  doubtful = "shape and count recalled, not read; they agree",
}
