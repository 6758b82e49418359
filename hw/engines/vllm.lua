-- Decode replays CUDA graphs; prompts in chunks of at most 8192 tokens share decode's steps.
return engine {
  name = "vllm",
  title = "vLLM 0.12 to 0.18",
  source = "constants: .ci/engines on closed-loop rows of vLLM 0.11 to 0.18 on H100 and H200 (aiconfigurator "
    .. "@095f58a, silicon_sample.csv), errors on each model left out in results/engines.csv; memory: the default "
    .. "gpu_memory_utilization of 0.9 of what nvidia-smi shows, which is 1.069 times the GB of the data sheet "
    .. "(81,559 MiB on an H100 of 80 GB, 143,771 MiB on an H200 of 141)",
  doubtful = "the split between a step, a token of prompts and a request rests on means over whole benchmarks; all 21 "
    .. "rows of Llama-3.1-8B, 2 of Qwen3-32B and 5 of gpt-oss-120b are faster than the data sheet's peaks allow",
  prompts = "mixed",
  graphs = true,
  kv_reserved = 0.5,
  hbm_reserve = 0.038,
  step_s = 0.00084,
  prompt_token_s = 3.1e-06,
  request_s = 0.037,
  ttft_doubt = 0.43,
  tpot_doubt = 0.22,
}
