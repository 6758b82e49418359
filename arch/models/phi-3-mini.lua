-- Microsoft Phi-3 mini 4k.
return model {
  name = "phi-3-mini",
  title = "Microsoft Phi-3 mini 4k",
  aliases = { "Phi-3-mini-4k", "Phi3-mini" },
  d_model = 3072,
  layers = 32,
  vocab = 32064,
  attention = { heads = 32, kv_heads = 32, window = 2047 },
  ffn = { d_ff = 8192 },
  params = 3821079552,
  source = "Hugging Face config.json of microsoft/Phi-3-mini-4k-instruct",
  doubtful = "shape and count recalled, not read; they agree",
}
