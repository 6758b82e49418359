-- Which constant of the chip moves the frontier? Half to four times of memory bandwidth, matrix clock (all peaks
-- follow) and link bandwidth, one against the others, for prompts and for decode steps.
local factors = { 0.5, 1, 2, 4 }
return sweep {
  name     = "better-chip",
  chip     = derive {
    base   = "h100_sxm",
    memory = { bandwidth = times(factors) },
    matrix = { clock = times(factors) },
  },
  system   = derive { base = "hgx_h100", levels = { nvlink = { bandwidth = times(factors) } } },
  chips    = 8,
  model    = "llama-3.1-70b",
  plan     = { tp = { 2, 4, 8 } },
  workload = {
    prefill { prompt = 2048 },
    prefill { prompt = 32768 },
    decode { context = 8192, batch = 1 },
    decode { context = 8192, batch = 64 },
  },
  group_by = { "workload", "memory_bandwidth_bytes_per_s", "matrix_clock_hz", "nvlink_bandwidth_bytes_per_s" },
  minimise = "time_s",
}
