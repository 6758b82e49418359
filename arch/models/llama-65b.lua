-- LLaMA 65B.
return model {
  name = "llama-65b",
  title = "LLaMA 65B",
  aliases = { "llama-1-65b", "LLaMA1-65B" },
  d_model = 8192,
  layers = 80,
  vocab = 32000,
  attention = { heads = 64, kv_heads = 64 },
  ffn = { d_ff = 22016 },
  params = 65285660672,
  source = "Touvron et al. 2023, LLaMA, table 2: 65.2B; config.json of huggyllama/llama-65b",
  doubtful = "shape and count recalled, not read; they agree",
}
