-- Megatron GPT 1.7B.
return model {
  name = "gpt-1.7b",
  title = "Megatron GPT 1.7B",
  d_model = 2048,
  layers = 24,
  vocab = 131072,
  norm_bias = true,
  positions = 4096,
  attention = { heads = 16, qkv_bias = true, out_bias = true },
  ffn = { d_ff = 8192, gated = false, bias = true },
  source = "NVIDIA/Megatron-LM images/model_table.png: heads, hidden size, layers and vocabulary",
  doubtful = "the head is taken as untied, for then the count is 1.7B",
}
