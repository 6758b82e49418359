-- TII Falcon 40B.
return model {
  name = "falcon-40b",
  title = "TII Falcon 40B",
  d_model = 8192,
  layers = 60,
  vocab = 65024,
  tied_embeddings = true,
  norm_bias = true,
  parallel = true,
  attention = { heads = 128, kv_heads = 8 },
  ffn = { d_ff = 32768, gated = false },
  params = 41303293952,
  source = "Hugging Face config.json of tiiuae/falcon-40b",
  doubtful = "shape recalled, not read; the weights hold 41.8B with the head apart",
}
