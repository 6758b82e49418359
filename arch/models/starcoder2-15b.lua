-- BigCode StarCoder2 15B.
return model {
  name = "starcoder2-15b",
  title = "BigCode StarCoder2 15B",
  d_model = 6144,
  layers = 40,
  vocab = 49152,
  norm_bias = true,
  attention = { heads = 48, kv_heads = 4, window = 4096, qkv_bias = true, out_bias = true },
  ffn = { d_ff = 24576, gated = false, bias = true },
  params = 15957889024,
  source = "Hugging Face config.json of bigcode/starcoder2-15b",
  doubtful = "shape and count recalled, not read; they agree",
}
