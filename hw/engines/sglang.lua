-- Prompts come first and take steps of their own; scheduling overlaps with the GPU.
return engine {
  name = "sglang",
  title = "SGLang 0.5.1 to 0.5.8",
  source = "fitted to published closed-loop rows of SGLang 0.5.1 to 0.5.8 on H100 and H200 "
    .. "(aiconfigurator @095f58a, silicon_sample.csv)",
  doubtful = "few configurations of two models, which differ by 20-40 %",
  prompts = "apart",
  graphs = true,
  kv_reserved = 0.5,
  step_s = 0.1e-3,
  sequence_s = 10e-6,
  prompt_step_s = 0.5e-3,
  prompt_token_s = 0.1e-6,
  request_s = 5e-3,
}
