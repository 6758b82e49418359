-- Megatron GPT 177B.
return model {
  name = "gpt-177b",
  title = "Megatron GPT 177B",
  aliases = { "GPT-3 177B" },
  d_model = 12288,
  layers = 96,
  vocab = 131072,
  norm_bias = true,
  positions = 4096,
  attention = { heads = 96, qkv_bias = true, out_bias = true },
  ffn = { d_ff = 49152, gated = false, bias = true },
  source = "NVIDIA/Megatron-LM images/model_table.png: heads, hidden size, layers and vocabulary",
  doubtful = "the head is taken as untied, for then the count is 177B",
}
