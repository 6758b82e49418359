-- In-flight batching; room for the whole output is held free when a request is admitted.
return engine {
  name = "trtllm",
  title = "TensorRT-LLM 1.0 to 1.3",
  source = "fitted to published closed-loop rows of TensorRT-LLM 1.0 to 1.3 on H100 and H200 "
    .. "(aiconfigurator @095f58a, silicon_sample.csv)",
  doubtful = "the split between a step and a request rests on means over whole benchmarks",
  prompts = "mixed",
  graphs = true,
  kv_reserved = 1,
  step_s = 0.7e-3,
  sequence_s = 10e-6,
  prompt_step_s = 2e-3,
  prompt_token_s = 0.5e-6,
  request_s = 75e-3,
}
