-- TII Falcon 7B.
return model {
  name = "falcon-7b",
  title = "TII Falcon 7B",
  d_model = 4544,
  layers = 32,
  vocab = 65024,
  tied_embeddings = true,
  norms = 1,
  norm_bias = true,
  parallel = true,
  attention = { heads = 71, kv_heads = 1 },
  ffn = { d_ff = 18176, gated = false },
  params = 6921720704,
  source = "Hugging Face config.json of tiiuae/falcon-7b",
  doubtful = "shape recalled, not read; the weights hold 7.2B with the head apart",
}
