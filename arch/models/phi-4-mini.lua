-- Microsoft Phi-4-mini.
return model {
  name = "phi-4-mini",
  title = "Microsoft Phi-4-mini",
  aliases = { "Phi-4-mini-instruct" },
  d_model = 3072,
  layers = 32,
  vocab = 200064,
  tied_embeddings = true,
  attention = { heads = 24, kv_heads = 8 },
  ffn = { d_ff = 8192 },
  params = 3836021760,
  source = "Hugging Face config.json and model card of microsoft/Phi-4-mini-instruct",
  doubtful = "shape and counts recalled, not read; they agree",
}
