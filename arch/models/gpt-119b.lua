-- Megatron GPT 119B.
return model {
  name = "gpt-119b",
  title = "Megatron GPT 119B",
  d_model = 10240,
  layers = 92,
  vocab = 131072,
  norm_bias = true,
  positions = 4096,
  attention = { heads = 80, qkv_bias = true, out_bias = true },
  ffn = { d_ff = 40960, gated = false, bias = true },
  source = "NVIDIA/Megatron-LM images/model_table.png: heads, hidden size, layers and vocabulary",
  doubtful = "the head is taken as untied, for then the count is 119B",
}
