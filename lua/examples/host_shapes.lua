-- Kernels and whole layers small enough for two cores of a CPU:
--
--     chipfit probe host
--     chipfit validate run lua/examples/host_shapes.lua --backend host
--
-- Matmuls of decode (few rows, bound by memory) and of prefill (many rows, bound by the matrix unit) in three
-- formats, attention of both kinds, elementwise kernels, and layers of a small dense network. Sizes are none that
-- the probe takes.
local formats = { "fp32", "bf16", "int8" }
local wide = { "fp32", "bf16" }

-- A quarter of llama-3.1-8b in each direction.
local small = shape { base = "llama-3.1-8b", layers = 2, d_model = 1024, heads = 8, kv_heads = 2, d_ff = 3584 }

return shapes {
  matmul { m = { 1, 12 }, n = { 1536, 5120 }, k = 2304, dtype = formats },
  matmul { m = { 96, 384 }, n = { 1152, 3072 }, k = 1536, dtype = formats },

  prefill { batch = 1, q_len = { 192, 768 }, heads = 8, kv_heads = { 2, 8 }, head_dim = 128, dtype = wide },
  decode { batch = { 1, 6 }, kv_len = { 768, 3072 }, heads = 8, kv_heads = { 2, 8 }, head_dim = 128 },

  norm { m = { 24, 384 }, n = 3072, a = wide },
  gated { m = { 24, 384 }, n = 3584, a = wide },
  rotary { m = { 24, 384 }, heads = 8, kv_heads = 2, head_dim = 128, dtype = wide },
  quantise { m = { 24, 384 }, n = 3072, a = "int8" },
  dequantise { m = 1024, n = 3072, b = "int8" },
  copy { bytes = { "6 MB", "96 MB" } },
  triad { bytes = { "6 MB", "96 MB" } },

  layer { model = small, formats = "fp32", workload = decode { batch = { 1, 8 }, context = 640 } },
  layer { model = small, formats = "bf16", workload = decode { batch = { 1, 8 }, context = 640 } },
  layer { model = small, formats = "int8", workload = decode { batch = 8, context = 640 } },
  layer { model = small, formats = wide, workload = prefill { batch = 1, prompt = { 96, 320 } } },
}
