-- A few kernels and a layer for the host's cores, in a few seconds: see host_shapes.lua.
local small = shape { base = "llama-3.1-8b", layers = 2, d_model = 1024, heads = 8, kv_heads = 2, d_ff = 3584 }

return shapes {
  matmul { m = { 8, 320 }, n = 2816, k = 1280, dtype = { "fp32", "bf16", "int8" } },
  prefill { batch = 1, q_len = 448, heads = 8, kv_heads = 2, head_dim = 128 },
  decode { batch = 3, kv_len = 1792, heads = 8, kv_heads = 2, head_dim = 128 },
  layer { model = small, workload = decode { batch = 4, context = 768 } },
  layer { model = small, workload = prefill { batch = 1, prompt = 224 } },
}
