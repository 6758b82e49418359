-- Which dense network of about 8 billion parameters suits one chip? Width against depth at the same size: wide
-- layers fill the matrix units, deep ones pay more launches. heads and d_ff follow the width.
return sweep {
  name     = "dense-shapes",
  chip     = "h100_sxm",
  model    = shape {
    base    = "llama-3.1-8b",
    d_model = range(2048, 8192, 1024),
    layers  = range(12, 96),
    heads   = function(d) return d.d_model // 128 end,
    d_ff    = function(d) return d.d_model * 7 // 2 end,
  },
  formats  = { "bf16", "fp8" },
  workload = decode { context = 8192, batch = { 1, 16, 64 } },
  training_tokens = 15e12,
  where    = { params = { min = 7e9, max = 9e9 } },
  group_by = { "formats", "batch" },
  minimise = { "tpot_s", "loss" },
}
