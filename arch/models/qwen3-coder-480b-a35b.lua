-- Qwen3-Coder 480B-A35B.
return model {
  name = "qwen3-coder-480b-a35b",
  title = "Qwen3-Coder 480B-A35B",
  aliases = { "Qwen3-Coder" },
  d_model = 6144,
  layers = 62,
  vocab = 151936,
  attention = { heads = 96, kv_heads = 8, head_dim = 128, qk_norm = true },
  moe = { experts = 160, top_k = 8, d_expert = 2560 },
  params = 480154875392,
  active_params = 35000000000,
  source = "Hugging Face config.json and model card of Qwen/Qwen3-Coder-480B-A35B-Instruct",
  doubtful = "shape and counts recalled, not read; they agree",
}
