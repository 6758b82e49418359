-- Which mixture of experts should be trained for these chips? Shapes x experts x plans x batch on two chips: 1.3
-- million designs on one node or two, and those that nothing beats in loss, price and speed.
return sweep {
  name     = "first-sweep",
  chip     = { "h100_sxm", "b200_sxm" },
  chips    = { 8, 16 },
  model    = shape {
    base     = "qwen3-30b-a3b",
    d_model  = { 2048, 3072, 4096 },
    heads    = function(d) return d.d_model // 64 end,
    kv_heads = 8,
    experts  = { 32, 64, 128, 256 },
    top_k    = { 2, 8 },
    d_expert = 1024,
    layers   = range(24, 80, 2),
  },
  formats  = "fp8",
  plan     = all_plans { max_pp = 4 },
  workload = decode { context = 8192, batch = pow2(1, 2048) },
  training_tokens = 15e12,
  keep     = { tpot_s = { max = "50 ms" } },
  minimise = { "loss", "usd_per_mtoken", "tpot_s" },
}
