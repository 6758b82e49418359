-- Megatron GPT 70B.
return model {
  name = "gpt-70b",
  title = "Megatron GPT 70B",
  d_model = 8192,
  layers = 84,
  vocab = 131072,
  norm_bias = true,
  positions = 4096,
  attention = { heads = 64, qkv_bias = true, out_bias = true },
  ffn = { d_ff = 32768, gated = false, bias = true },
  source = "NVIDIA/Megatron-LM images/model_table.png: heads, hidden size, layers and vocabulary",
  doubtful = "the head is taken as untied, for then the count is 70B",
}
