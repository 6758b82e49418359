-- Megatron GPT 32B.
return model {
  name = "gpt-32b",
  title = "Megatron GPT 32B",
  d_model = 7168,
  layers = 48,
  vocab = 131072,
  norm_bias = true,
  positions = 4096,
  attention = { heads = 56, qkv_bias = true, out_bias = true },
  ffn = { d_ff = 28672, gated = false, bias = true },
  source = "NVIDIA/Megatron-LM images/model_table.png: heads, hidden size, layers and vocabulary",
  doubtful = "the head is taken as untied, for then the count is 32B",
}
