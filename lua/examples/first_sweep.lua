-- Which mixture of experts should be trained for these chips? Shapes x experts x plans x batch on two chips: 1.2
-- million designs that fit a node or two, and those that nothing beats in loss, price and speed.
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
    top_k    = { 2, 4, 8 },
    d_expert = { 768, 1536 },
    layers   = range(24, 80, 4),
  },
  formats  = "fp8",
  plan     = all_plans { max_pp = 4 },
  workload = decode { context = 8192, batch = pow2(8, 1024) },
  training_tokens = 15e12,
  keep     = { tpot_s = { max = "50 ms" } },
  minimise = { "loss", "usd_per_mtoken", "tpot_s" },
}
