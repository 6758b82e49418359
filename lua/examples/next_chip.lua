-- What would a better chip change? Today's, and one with twice the memory bandwidth, twice the matrix clock or
-- twice the links, for a prompt and for decode steps of one network on eight of them.
return sweep {
  name     = "next-chip",
  chip     = {
    "h100_sxm",
    derive { base = "h100_sxm", name = "memory x 2", memory = { bandwidth = times(2) } },
    derive { base = "h100_sxm", name = "clock x 2", matrix = { clock = times(2) } },
  },
  system   = {
    "hgx_h100",
    derive { base = "hgx_h100", name = "links x 2", levels = { nvlink = { bandwidth = times(2) } } },
  },
  chips    = 8,
  model    = "llama-3.1-70b",
  plan     = { tp = 8 },
  workload = { prefill { prompt = 8192 }, decode { context = 8192, batch = 64 } },
  group_by = { "workload", "chip", "system" },
  minimise = "time_s",
}
