-- Prompts come first and take steps of their own; scheduling overlaps with the GPU.
return engine {
  name = "sglang",
  title = "SGLang 0.5.1 to 0.5.8",
  source = "least sum over models of mean |ln(predicted / measured)|, cut at 0.4, of tpot and half of ttft, on "
    .. "closed-loop rows of SGLang 0.5.1 to 0.5.8 on H100 and H200 (aiconfigurator @095f58a, "
    .. "silicon_sample.csv); each model left out in turn: results/engines.csv",
  doubtful = "two models; 260 ms a request, found by both alone, is more than a server's own way and may be the "
    .. "benchmark's client",
  prompts = "apart",
  graphs = true,
  kv_reserved = 0.5,
  step_s = 0.27e-3,
  sequence_s = 16e-6,
  prompt_step_s = 0,
  prompt_token_s = 0,
  request_s = 260e-3,
  work_share = 0.008,
}
