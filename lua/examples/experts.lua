-- How many experts, how many of them a token, over how many chips? The parameters grow with the experts, the work
-- does not; the all-to-all grows with ep.
return sweep {
  name     = "experts",
  chip     = "h200_sxm",
  chips    = { 8, 16, 32 },
  model    = shape {
    base     = "qwen3-30b-a3b",
    experts  = { 1, 16, 32, 64, 128, 256, 512 },
    top_k    = { 1, 2, 4, 8, 16 },
    d_expert = { 512, 768, 1536 },
  },
  formats  = "fp8",
  plan     = { tp = { 1, 2, 4, 8 }, ep = pow2(1, 32) },
  workload = decode { context = { 1024, 8192, 65536 }, batch = pow2(32, 2048) },
  training_tokens = 15e12,
  keep     = { tpot_s = { max = "30 ms" } },
  group_by = "experts",
  minimise = { "usd_per_mtoken", "loss" },
}
