-- Everything at once: shape, plan, formats and chip. Which network of a training budget of 1e25 FLOP is cheapest to
-- serve at a given quality? Too large to think through, small enough to try all of it.
return sweep {
  name     = "joint",
  chip     = { "h100_sxm", "b200_sxm", "tpu_v6e", "mi300x" },
  chips    = { 4, 8, 16 },
  model    = shape {
    base     = "qwen3-30b-a3b",
    d_model  = { 2048, 4096, 6144 },
    heads    = function(d) return d.d_model // 64 end,
    experts  = { 1, 64, 256 },
    top_k    = { 1, 8 },
    d_ff     = function(d) return 3 * d.d_model end,
    d_expert = { 1024, 2048 },
    layers   = { 32, 48, 64 },
  },
  formats  = { "bf16", "fp8" },
  plan     = all_plans { max_pp = 2, max_ep = 16 },
  workload = decode { context = 8192, batch = pow2(16, 1024) },
  training_flop = 1e25,
  where    = function(d) return d.params < 300e9 and d.tp * d.pp >= d.chips // 8 end,
  keep     = function(m) return m.tpot_s < 0.04 end,
  minimise = { "loss", "usd_per_mtoken" },
}
