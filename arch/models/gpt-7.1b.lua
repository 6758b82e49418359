-- Megatron GPT 7.1B.
return model {
  name = "gpt-7.1b",
  title = "Megatron GPT 7.1B",
  d_model = 4096,
  layers = 30,
  vocab = 131072,
  norm_bias = true,
  positions = 4096,
  attention = { heads = 32, qkv_bias = true, out_bias = true },
  ffn = { d_ff = 16384, gated = false, bias = true },
  source = "NVIDIA/Megatron-LM images/model_table.png: heads, hidden size, layers and vocabulary",
  doubtful = "the head is taken as untied, for then the count is 7.1B",
}
