-- Megatron GPT 16B.
return model {
  name = "gpt-16b",
  title = "Megatron GPT 16B",
  d_model = 6144,
  layers = 32,
  vocab = 131072,
  norm_bias = true,
  positions = 4096,
  attention = { heads = 48, qkv_bias = true, out_bias = true },
  ffn = { d_ff = 24576, gated = false, bias = true },
  source = "NVIDIA/Megatron-LM images/model_table.png: heads, hidden size, layers and vocabulary",
  doubtful = "the head is taken as untied, for then the count is 16B",
}
