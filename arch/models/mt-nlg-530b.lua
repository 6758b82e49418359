-- Megatron-Turing NLG 530B.
return model {
  name = "mt-nlg-530b",
  title = "Megatron-Turing NLG 530B",
  aliases = { "MT-NLG", "Megatron-Turing-530B" },
  d_model = 20480,
  layers = 105,
  vocab = 51200,
  tied_embeddings = true,
  norm_bias = true,
  positions = 2048,
  attention = { heads = 128, qkv_bias = true, out_bias = true },
  ffn = { d_ff = 81920, gated = false, bias = true },
  params = 530000000000,
  source = "Smith et al. 2022, Using DeepSpeed and Megatron to Train MT-NLG 530B, sec. 2.3",
  doubtful = "vocab recalled: GPT-2's 50257, padded",
}
