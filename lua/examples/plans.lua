-- How should one network be split over a given system? Every legal plan, from one node to four, and the batch that it
-- bears: speed for a user against tokens a chip.
return sweep {
  name     = "plans",
  chip     = "h800",
  chips    = { 8, 16, 32 },
  model    = "deepseek-v3",
  formats  = "fp8",
  plan     = all_plans { max_pp = 8 },
  workload = decode { context = 4096, batch = pow2(8, 4096) },
  minimise = "tpot_s",
  maximise = "tokens_per_s_per_chip",
}
