-- Google TPUs: from published ceilings, no rows of our own. Intervals are wide on purpose.
return profile {
  name = "tpu",
  families = { "tpu" },
  source = "How to Scale Your Model (Austin et al. 2025): matmuls reach about 95 % of the peak, "
    .. "links 90 % of nominal; "
    .. "memory as long streams on other chips",
  doubtful = "written from statements, not fitted: constants of other kernels "
    .. "are those of datasheet mode",
  matmul_16 = {
    constants = { matrix_efficiency = 0.92, memory_efficiency = 0.85, launch = "1 us" },
    residual = {
      low = { -0.3, -0.3, -0.3, -0.2, -0.2, -0.2 },
      high = { 0.6, 0.5, 0.4, 0.3, 0.3, 0.3 },
      far = 0.2, other_chip = 0.1,
    },
  },
  all_reduce = {
    constants = { link_efficiency = 0.9, launch = "1 us" },
    residual = {
      low = { -0.4, -0.4, -0.3, -0.3, -0.2, -0.2 },
      high = { 1, 0.8, 0.6, 0.4, 0.4, 0.4 },
      far = 0.2, other_chip = 0.1,
    },
  },
}
