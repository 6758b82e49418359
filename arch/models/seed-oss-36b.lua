-- ByteDance Seed-OSS 36B.
return model {
  name = "seed-oss-36b",
  title = "ByteDance Seed-OSS 36B",
  aliases = { "Seed-OSS-36B-Instruct" },
  d_model = 5120,
  layers = 64,
  vocab = 155136,
  attention = { heads = 80, kv_heads = 8, head_dim = 128, qkv_bias = true },
  ffn = { d_ff = 27648 },
  params = 36151104512,
  source = "Hugging Face config.json of ByteDance-Seed/Seed-OSS-36B-Base",
  doubtful = "shape and count recalled, not read; they agree",
}
