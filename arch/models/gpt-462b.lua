-- Megatron GPT 462B.
return model {
  name = "gpt-462b",
  title = "Megatron GPT 462B",
  d_model = 18432,
  layers = 112,
  vocab = 131072,
  norm_bias = true,
  positions = 4096,
  attention = { heads = 144, qkv_bias = true, out_bias = true },
  ffn = { d_ff = 73728, gated = false, bias = true },
  source = "NVIDIA/Megatron-LM images/model_table.png: heads, hidden size, layers and vocabulary",
  doubtful = "the head is taken as untied, for then the count is 462B",
}
