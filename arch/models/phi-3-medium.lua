-- Microsoft Phi-3 medium.
return model {
  name = "phi-3-medium",
  title = "Microsoft Phi-3 medium",
  aliases = { "Phi-3-medium-128k", "Phi3-medium" },
  d_model = 5120,
  layers = 40,
  vocab = 32064,
  attention = { heads = 40, kv_heads = 10 },
  ffn = { d_ff = 17920 },
  params = 13960238080,
  source = "Hugging Face config.json of microsoft/Phi-3-medium-128k-instruct",
  doubtful = "shape and count recalled, not read; they agree",
}
