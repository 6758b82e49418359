-- The engine alone: requests come from a file inside its own process, and no token is sent to a client.
return engine {
  name = "trtllm_bench",
  title = "TensorRT-LLM inside its own benchmark",
  source = "TODO",
  prompts = "mixed",
  graphs = true,
  kv_reserved = 1,
  step_s = 0.25e-3,
}
