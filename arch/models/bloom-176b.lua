-- BigScience BLOOM 176B.
return model {
  name = "bloom-176b",
  title = "BigScience BLOOM 176B",
  aliases = { "BLOOM" },
  d_model = 14336,
  layers = 70,
  vocab = 250880,
  tied_embeddings = true,
  norm_bias = true,
  attention = { heads = 112, qkv_bias = true, out_bias = true },
  ffn = { d_ff = 57344, gated = false, bias = true },
  params = 176247271424,
  source = "Le Scao et al. 2022, BLOOM, table 3: 176,247M",
  doubtful = "shape and count recalled, not read; they agree",
  notes = "The norm behind its embedding is not counted.",
}
