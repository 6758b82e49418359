-- IBM Granite 3.3 8B, as its config.json has it.
return model {
  name = "granite-3.3-8b",
  title = "IBM Granite 3.3 8B",
  d_model = 4096,
  layers = 40,
  vocab = 49159,
  tied_embeddings = true,
  attention = { heads = 32, kv_heads = 8 },
  ffn = { d_ff = 12800 }, -- three matrices (SwiGLU) unless gated = false
  params = 8170000000, -- published; held against what the shape gives
  source = "Hugging Face config.json of ibm-granite/granite-3.3-8b-instruct",
  doubtful = "shape and count recalled, not read; they agree",
}
