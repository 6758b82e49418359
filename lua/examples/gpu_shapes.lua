-- Kernels of inference on one GPU of 80 GB, of Hopper or later: some 300, weights from a fraction of an L2 to many
-- times its size. With whole layers from the frontier of a sweep:
--
--     chipfit validate run lua/examples/gpu_shapes.lua RUN.sqlite --pick spread --top 20 --shapes shapes.csv
--     chipfit-cuda shapes.csv results.csv --total 500       where the GPU is
--     chipfit validate import results.csv -o measured.sqlite
local rows = { 1, 16, 64, 256, 1024, 4096, 8192 }

-- Columns and inner dimension of llama-3.1-8b's linear layers, of 70B's on one of eight ranks, and of two large ones.
local linear = {
  { 6144, 4096 }, { 4096, 4096 }, { 28672, 4096 }, { 4096, 14336 },
  { 1280, 8192 }, { 7168, 8192 }, { 8192, 3584 }, { 28672, 8192 }, { 8192, 28672 },
}

local list = {
  -- Shapes that tiles do not divide, and absorbed projections of latent attention.
  matmul { m = { 100, 1000 }, n = { 5000, 12345 }, k = 4104, dtype = "bf16" },
  matmul { batch = 128, m = { 1, 64 }, n = { 512 }, k = 128, dtype = "bf16" },
  matmul { batch = 128, m = { 1, 64 }, n = { 128 }, k = 512, dtype = "bf16" },
  matmul { m = rows, n = 14336, k = 4096, a = "bf16", b = "int4" },

  -- Experts of Mixtral, and of DeepSeek-V3 on one of eight ranks.
  experts { m = { 16, 128, 1024, 8192 }, n = 28672, k = 4096, experts = 8, dtype = { "bf16", "fp8" } },
  experts { m = { 16, 128, 1024, 8192 }, n = 4096, k = 14336, experts = 8, dtype = { "bf16", "fp8" } },
  experts { m = { 32, 256, 2048, 8192 }, n = 4096, k = 7168, experts = 32, dtype = { "bf16", "fp8" } },
  experts { m = { 32, 256, 2048, 8192 }, n = 7168, k = 2048, experts = 32, dtype = { "bf16", "fp8" } },

  prefill { batch = { 1, 4 }, q_len = { 512, 2048, 8192 }, heads = 32, kv_heads = 8, head_dim = 128 },
  prefill { batch = 1, q_len = { 1024, 4096, 16384 }, heads = 64, kv_heads = 8, head_dim = 128 },
  prefill { batch = 1, q_len = { 1024, 4096, 8192 }, heads = 16, kv_heads = 16, head_dim = 64 },
  prefill { batch = 1, q_len = { 512, 2048 }, kv_len = { 8192, 32768 }, heads = 32, kv_heads = 8, head_dim = 128 },
  prefill { batch = 1, q_len = 8192, window = { 1024, 4096 }, heads = 32, kv_heads = 8, head_dim = 128 },
  prefill { batch = 1, q_len = { 1024, 4096 }, heads = 16, kv_heads = 16, qk_dim = 192, v_dim = 128 },

  decode { batch = { 1, 8, 32, 128 }, kv_len = { 1024, 4096, 16384 }, heads = 32, kv_heads = 8, head_dim = 128,
           kv = { "bf16", "fp8" } },
  decode { batch = { 1, 8, 64 }, kv_len = { 1024, 8192, 32768 }, heads = 8, kv_heads = 1, head_dim = 128 },
  decode { batch = { 1, 16, 64 }, kv_len = { 1024, 8192 }, heads = 128, kv_heads = 1, qk_dim = 576, v_dim = 512 },

  norm { m = { 1, 64, 1024, 8192 }, n = { 4096, 8192 } },
  gated { m = { 1, 64, 1024, 8192 }, n = { 3584, 14336 } },
  rotary { m = { 1, 64, 1024, 8192 }, heads = 32, kv_heads = 8, head_dim = 128, kv = { "bf16", "fp8" } },
  quantise { m = { 64, 1024, 8192 }, n = { 4096, 14336 }, a = { "fp8", "fp8_block", "int8" } },
  dequantise { m = { 4096, 14336 }, n = 4096, b = { "int4", "fp8_block" } },
  route { m = { 64, 1024, 8192 }, experts = 256, top_k = 8 },
  permute { m = { 64, 1024, 8192 }, n = 7168, experts = 256, top_k = 8 },
  unpermute { m = { 64, 1024, 8192 }, n = 7168, experts = 256, top_k = 8 },
  copy { bytes = { "1 MB", "16 MB", "128 MB", "1 GB", "4 GB" } },
  triad { bytes = { "16 MB", "128 MB", "1 GB" } },
}

for _, size in ipairs(linear) do
  table.insert(list, matmul { m = rows, n = size[1], k = size[2], dtype = { "bf16", "fp8" } })
end
for i = 1, 3 do
  table.insert(list, matmul { m = { 16, 256, 4096 }, n = linear[i][1], k = linear[i][2], dtype = "int8" })
end
return shapes(list)
