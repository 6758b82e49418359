-- Cohere Command A 111B.
return model {
  name = "command-a",
  title = "Cohere Command A 111B",
  aliases = { "c4ai-command-a-03-2025" },
  d_model = 12288,
  layers = 64,
  vocab = 256000,
  tied_embeddings = true,
  norms = 1,
  parallel = true,
  mixers = "lllg",
  attention = { heads = 96, kv_heads = 8, head_dim = 128, window = 4096 },
  ffn = { d_ff = 36864 },
  params = 111057580032,
  source = "Hugging Face config.json and model card of CohereLabs/c4ai-command-a-03-2025",
  doubtful = "shape and counts recalled, not read; they agree",
}
