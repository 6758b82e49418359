-- Microsoft Phi-3.5-MoE.
return model {
  name = "phi-3.5-moe",
  title = "Microsoft Phi-3.5-MoE",
  aliases = { "Phi-3.5-MoE-instruct" },
  d_model = 4096,
  layers = 32,
  vocab = 32064,
  head_bias = true,
  norm_bias = true,
  attention = { heads = 32, kv_heads = 8, qkv_bias = true, out_bias = true },
  moe = { experts = 16, top_k = 2, d_expert = 6400 },
  params = 41873153344,
  active_params = 6600000000,
  source = "Hugging Face config.json and model card of microsoft/Phi-3.5-MoE-instruct",
  doubtful = "shape and counts recalled, not read; they agree",
}
