-- OPT 66B.
return model {
  name = "opt-66b",
  title = "OPT 66B",
  d_model = 9216,
  layers = 64,
  vocab = 50272,
  tied_embeddings = true,
  norm_bias = true,
  positions = 2050,
  attention = { heads = 72, qkv_bias = true, out_bias = true },
  ffn = { d_ff = 36864, gated = false, bias = true },
  params = 65718030336,
  source = "Zhang et al. 2022, OPT, table 1",
  doubtful = "shape and count recalled, not read; they agree",
}
