-- StepFun Step-3.
return model {
  name = "step3",
  title = "StepFun Step-3",
  d_model = 7168,
  layers = 61,
  vocab = 128815,
  feeds = "ddddeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee",
  attention = { heads = 64, kv_heads = 1, head_dim = 256, q_rank = 2048 },
  ffn = { d_ff = 18432 },
  moe = { experts = 48, top_k = 3, d_expert = 5120, shared_experts = 1, d_shared = 5120 },
  params = 316000000000,
  active_params = 38000000000,
  source = "Hugging Face config.json and model card of stepfun-ai/step3",
  doubtful = "shape and counts recalled, not read; they agree",
  notes = "The text network alone.",
}
