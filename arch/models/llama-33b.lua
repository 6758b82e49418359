-- LLaMA 33B.
return model {
  name = "llama-33b",
  title = "LLaMA 33B",
  aliases = { "LLaMA-30B", "llama-1-33b", "LLaMA1-33B" },
  d_model = 6656,
  layers = 60,
  vocab = 32000,
  attention = { heads = 52, kv_heads = 52 },
  ffn = { d_ff = 17920 },
  params = 32528943616,
  source = "Touvron et al. 2023, LLaMA, table 2: 32.5B; config.json of huggyllama/llama-30b",
  doubtful = "shape and count recalled, not read; they agree",
}
