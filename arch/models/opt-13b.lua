-- OPT 13B.
return model {
  name = "opt-13b",
  title = "OPT 13B",
  aliases = { "OPT/GPT-13B" },
  d_model = 5120,
  layers = 40,
  vocab = 50272,
  tied_embeddings = true,
  norm_bias = true,
  positions = 2050,
  attention = { heads = 40, qkv_bias = true, out_bias = true },
  ffn = { d_ff = 20480, gated = false, bias = true },
  params = 12853473280,
  source = "Zhang et al. 2022, OPT, table 1; Hugging Face config.json of facebook/opt-13b",
  doubtful = "shape and count recalled, not read; they agree",
}
