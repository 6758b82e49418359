-- Decode replays CUDA graphs; prompts in chunks of at most 8192 tokens share decode's steps.
return engine {
  name = "vllm",
  title = "vLLM 0.12 to 0.18",
  source = "fitted to published closed-loop rows of vLLM 0.12 to 0.18 on H100 and H200 "
    .. "(aiconfigurator @095f58a, silicon_sample.csv)",
  doubtful = "the split between a step and a request rests on means over whole benchmarks",
  prompts = "mixed",
  graphs = true,
  kv_reserved = 0.5,
  step_s = 0.65e-3,
  sequence_s = 1e-6,
  prompt_step_s = 1e-3,
  prompt_token_s = 0.1e-6,
  request_s = 38e-3,
}
