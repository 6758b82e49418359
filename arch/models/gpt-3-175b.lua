-- OpenAI GPT-3 175B.
return model {
  name = "gpt-3-175b",
  title = "OpenAI GPT-3 175B",
  aliases = { "GPT-3", "GPT3-175B" },
  d_model = 12288,
  layers = 96,
  vocab = 50257,
  tied_embeddings = true,
  norm_bias = true,
  positions = 2048,
  attention = { heads = 96, qkv_bias = true, out_bias = true },
  ffn = { d_ff = 49152, gated = false, bias = true },
  params = 174600000000,
  source = "Brown et al. 2020, table 2.1: 174,600M",
  doubtful = "shape and count recalled, not read; they agree",
  notes = "Every second layer is banded; the paper does not give the band, so that all are global here.",
}
