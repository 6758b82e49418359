-- EleutherAI GPT-NeoX 20B.
return model {
  name = "gpt-neox-20b",
  title = "EleutherAI GPT-NeoX 20B",
  d_model = 6144,
  layers = 44,
  vocab = 50432,
  norm_bias = true,
  parallel = true,
  attention = { heads = 64, qkv_bias = true, out_bias = true },
  ffn = { d_ff = 24576, gated = false, bias = true },
  params = 20554567680,
  source = "Black et al. 2022, GPT-NeoX-20B, table 1",
  doubtful = "shape and count recalled, not read; they agree",
}
