-- Prompts come first and take steps of their own; scheduling overlaps with the GPU.
return engine {
  name = "sglang",
  title = "SGLang 0.5.1 to 0.5.8",
  source = "constants: .ci/engines on closed-loop rows of SGLang 0.5.1 to 0.5.8 on H100 and H200 (aiconfigurator "
    .. "@095f58a, silicon_sample.csv), errors on each model left out in results/engines.csv",
  doubtful = "two models; request_s, found by both alone, is more than a server's own way and may be the benchmark's "
    .. "client",
  prompts = "apart",
  graphs = true,
  kv_reserved = 0.5,
  hbm_reserve = 0.1,
  sequence_s = 1.6e-05,
  request_s = 0.28,
  ttft_doubt = 1.7,
  tpot_doubt = 0.17,
}
