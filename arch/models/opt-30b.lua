-- OPT 30B.
return model {
  name = "opt-30b",
  title = "OPT 30B",
  d_model = 7168,
  layers = 48,
  vocab = 50272,
  tied_embeddings = true,
  norm_bias = true,
  positions = 2050,
  attention = { heads = 56, qkv_bias = true, out_bias = true },
  ffn = { d_ff = 28672, gated = false, bias = true },
  params = 29974540288,
  source = "Zhang et al. 2022, OPT, table 1",
  doubtful = "shape and count recalled, not read; they agree",
}
