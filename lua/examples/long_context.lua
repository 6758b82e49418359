-- What makes a long context affordable: fewer KV heads, or windows in most layers? At 128 k tokens the cache, not the
-- weights, fills the memory. mixers = "lllllg" makes every sixth layer global, the others see `window` tokens.
return sweep {
  name     = "long-context",
  chip     = "h200_sxm",
  chips    = 8,
  model    = shape {
    base     = { "llama-3.1-70b", "gemma-3-27b" },
    kv_heads = { 1, 2, 4, 8, 16 },
    window   = { 512, 1024, 4096 },
    mixers   = { "g", "lg", "lllllg" },
  },
  formats  = { "bf16", { formats = "fp8", kv = "fp8" } },
  plan     = { tp = { 4, 8 } },
  workload = decode { context = { 8192, 131072 }, batch = pow2(1, 256) },
  group_by = { "model", "context" },
  minimise = "tpot_s",
  maximise = "tokens_per_s_per_chip",
}
