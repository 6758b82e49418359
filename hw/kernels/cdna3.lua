-- AMD Instinct MI300 and MI350: from published ceilings, no rows of our own. Intervals are wide on purpose.
return profile {
  name = "cdna3",
  families = { "cdna3", "cdna4" },
  source = "ml-engineering @744d01e, Maximum Achievable Matmul FLOPS: 668 of 1307 (MI300X), 785 of "
    .. "1307 (MI325X), 1565 of "
    .. "2517 TFLOP/s (MI355X); memory 4.33 of 5.3 TB/s on MI300X (arXiv:2511.17127)",
  doubtful = "written from single best shapes, not fitted: constants of other kernels "
    .. "are those of datasheet mode",
  matmul_16 = {
    constants = {
      matrix_efficiency = 0.57, memory_efficiency = 0.8, vector_efficiency = 0.5, launch = "2 us",
      prologue = "0.5 us", core_share = 1.5,
      store_efficiency = 0.88, fetch_share = 0.25, step = "0.0625 us", wave_loss = 1, unhidden = 0, split = "2 us",
      resident_share = 0.5, replay = "2 us",
    },
    residual = {
      low = { -0.3, -0.3, -0.3, -0.3, -0.3, -0.3 },
      high = { 0.8, 0.7, 0.6, 0.5, 0.5, 0.5 },
      far = 0.2, other_chip = 0.1,
    },
  },
}
