-- EleutherAI GPT-J 6B.
return model {
  name = "gpt-j-6b",
  title = "EleutherAI GPT-J 6B",
  aliases = { "gptj-6b", "GPTJ-6B", "gptj", "gptj-99", "gptj-99.9" },
  d_model = 4096,
  layers = 28,
  vocab = 50400,
  norms = 1,
  norm_bias = true,
  parallel = true,
  attention = { heads = 16 },
  ffn = { d_ff = 16384, gated = false, bias = true },
  params = 6050882784,
  source = "Hugging Face config.json of EleutherAI/gpt-j-6b",
  doubtful = "shape and count recalled, not read; they agree",
  notes = "Its output head has a bias, which is not counted.",
}
