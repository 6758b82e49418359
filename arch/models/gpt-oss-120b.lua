-- OpenAI gpt-oss-120b.
return model {
  name = "gpt-oss-120b",
  title = "OpenAI gpt-oss-120b",
  aliases = { "gptoss-120b" },
  d_model = 2880,
  layers = 36,
  vocab = 201088,
  mixers = "lg",
  attention = { heads = 64, kv_heads = 8, head_dim = 64, window = 128, qkv_bias = true, out_bias = true, sinks = true },
  ffn = { bias = true },
  moe = { experts = 128, top_k = 4, d_expert = 2880, router_bias = true },
  params = 116829156672,
  active_params = 5130000000,
  source = "gpt-oss model card 2025, table 1; Hugging Face config.json of openai/gpt-oss-120b",
  doubtful = "shape recalled, not read; the counts agree",
  notes = "Published weights: experts mxfp4, the rest bf16.",
}
