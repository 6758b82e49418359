-- What do narrow formats buy, and where? Weights of 4 bits help a small batch, which reads weights; an 8-bit cache
-- helps a long context, which reads keys and values.
return sweep {
  name     = "formats",
  chip     = { "h100_sxm", "b200_sxm", "mi300x" },
  chips    = { 1, 2, 4, 8 },
  model    = { "llama-3.1-8b", "llama-3.1-70b", "qwen3-235b-a22b" },
  formats  = { "bf16", "fp8", "int4", { formats = "fp8", kv = "fp8" }, { weights = "int4", kv = "fp8" } },
  plan     = all_plans { max_pp = 2 },
  workload = decode { context = { 1024, 8192, 65536 }, batch = pow2(1, 256) },
  group_by = { "model", "context" },
  minimise = { "tpot_s", "usd_per_mtoken" },
}
