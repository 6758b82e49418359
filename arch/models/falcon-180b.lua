-- TII Falcon 180B.
return model {
  name = "falcon-180b",
  title = "TII Falcon 180B",
  d_model = 14848,
  layers = 80,
  vocab = 65024,
  tied_embeddings = true,
  norm_bias = true,
  parallel = true,
  attention = { heads = 232, kv_heads = 8 },
  ffn = { d_ff = 59392, gated = false },
  params = 178557088768,
  source = "Hugging Face config.json of tiiuae/falcon-180B",
  doubtful = "shape recalled, not read; the weights hold 179.5B with the head apart",
}
