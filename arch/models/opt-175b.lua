-- OPT 175B.
return model {
  name = "opt-175b",
  title = "OPT 175B",
  d_model = 12288,
  layers = 96,
  vocab = 50272,
  tied_embeddings = true,
  norm_bias = true,
  positions = 2050,
  attention = { heads = 96, qkv_bias = true, out_bias = true },
  ffn = { d_ff = 49152, gated = false, bias = true },
  params = 175000000000,
  source = "Zhang et al. 2022, OPT, table 1",
  doubtful = "shape recalled, not read",
}
