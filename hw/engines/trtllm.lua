-- In-flight batching; room for the whole output is held free when a request is admitted.
return engine {
  name = "trtllm",
  title = "TensorRT-LLM 1.0 to 1.3",
  source = "least mean over rows of |ln(predicted / measured)|, cut at 0.4, ttft counted half, on "
    .. "closed-loop rows of TensorRT-LLM 1.0 to 1.3 on H100 and H200 (aiconfigurator @095f58a, "
    .. "silicon_sample.csv); each model left out in turn: results/engines.csv",
  doubtful = "rows of gpt-oss-120b are 20 % slower and those of Llama-3.1-70B 12 % faster than predicted: what is "
    .. "fitted depends on which model is left out; 110 ms a request holds queues that are not known",
  prompts = "mixed",
  graphs = true,
  kv_reserved = 1,
  step_s = 0.25e-3,
  sequence_s = 29e-6,
  prompt_step_s = 0,
  prompt_token_s = 0,
  request_s = 110e-3,
}
