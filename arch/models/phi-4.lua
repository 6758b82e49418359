-- Microsoft Phi-4.
return model {
  name = "phi-4",
  title = "Microsoft Phi-4",
  aliases = { "Phi-4-14B" },
  d_model = 5120,
  layers = 40,
  vocab = 100352,
  attention = { heads = 40, kv_heads = 10 },
  ffn = { d_ff = 17920 },
  params = 14659507200,
  source = "Hugging Face config.json of microsoft/phi-4",
  doubtful = "shape and count recalled, not read; they agree",
}
