-- Behind its HTTP server, which sends every token of every sequence. In-flight batching;
-- room for the whole output is held free when a request is admitted.
return engine {
  name = "trtllm",
  title = "TensorRT-LLM 1.0 to 1.3",
  source = "constants: .ci/engines on closed-loop rows of TensorRT-LLM 1.0 to 1.3 on H100 and H200 (aiconfigurator "
    .. "@095f58a, silicon_sample.csv), errors on each model left out in results/engines.csv; memory: 0.9 of what "
    .. "nvidia-smi shows (vllm.lua)",
  doubtful = "rows of gpt-oss-120b (a development image) are 20 % slower and those of Llama-3.1-70B 17 % faster than "
    .. "predicted; request_s is a mean over benchmarks of which one has 20 ms (Llama-3.1-70B, outputs of 8192), one 70 "
    .. "(gpt-oss-120b), one a life over all in flight (Llama-3.1-8B), one five times the prompt's own time (Qwen3-32B)",
  prompts = "mixed",
  graphs = true,
  kv_reserved = 1,
  hbm_reserve = 0.038,
  sequence_s = 3.2e-05,
  request_s = 0.11,
  ttft_doubt = 1.1,
  tpot_doubt = 0.31,
}
