-- Megatron GPT 314B.
return model {
  name = "gpt-314b",
  title = "Megatron GPT 314B",
  d_model = 16384,
  layers = 96,
  vocab = 131072,
  norm_bias = true,
  positions = 4096,
  attention = { heads = 128, qkv_bias = true, out_bias = true },
  ffn = { d_ff = 65536, gated = false, bias = true },
  source = "NVIDIA/Megatron-LM images/model_table.png: heads, hidden size, layers and vocabulary",
  doubtful = "the head is taken as untied, for then the count is 314B",
}
