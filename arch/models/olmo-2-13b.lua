-- Ai2 OLMo 2 13B.
return model {
  name = "olmo-2-13b",
  title = "Ai2 OLMo 2 13B",
  d_model = 5120,
  layers = 40,
  vocab = 100352,
  attention = { heads = 40, kv_heads = 40, wide_qk_norm = true },
  ffn = { d_ff = 13824 },
  params = 13716198400,
  source = "Hugging Face config.json of allenai/OLMo-2-1124-13B",
  doubtful = "shape recalled, not read",
}
