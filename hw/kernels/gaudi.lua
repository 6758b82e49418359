-- Intel Gaudi: from published ceilings, no rows of our own. Intervals are wide on purpose.
return profile {
  name = "gaudi",
  families = { "gaudi" },
  source = "ml-engineering @744d01e, Maximum Achievable Matmul FLOPS: 419 of 432 TFLOP/s bf16 "
    .. "(Gaudi 2), 1243 of 1677 (Gaudi 3)",
  doubtful = "written from single best shapes, not fitted: constants of other kernels "
    .. "are those of datasheet mode",
  matmul_16 = {
    constants = {
      matrix_efficiency = 0.83, memory_efficiency = 0.85, vector_efficiency = 0.5, launch = "2 us",
      prologue = "0.5 us", core_share = 1.5,
      store_efficiency = 0.88, fetch_share = 0.25, step = "0.0625 us", wave_loss = 1, unhidden = 0, split = "2 us",
      resident_share = 0.5, replay = "2 us",
    },
    residual = {
      low = { -0.3, -0.3, -0.3, -0.3, -0.25, -0.25 },
      high = { 0.8, 0.7, 0.6, 0.5, 0.5, 0.5 },
      far = 0.2, other_chip = 0.1,
    },
  },
}
