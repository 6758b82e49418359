-- Decode replays CUDA graphs; prompts in chunks of at most 8192 tokens share decode's steps.
return engine {
  name = "vllm",
  title = "vLLM 0.12 to 0.18",
  source = "least sum over models of mean |ln(predicted / measured)|, cut at 0.4, of tpot and half of ttft, on "
    .. "closed-loop rows of vLLM 0.11 to 0.18 on H100 and H200 (aiconfigurator @095f58a, "
    .. "silicon_sample.csv); each model left out in turn: results/engines.csv",
  doubtful = "the split between a step and a request rests on means over whole benchmarks; 21 rows of Llama-3.1-8B and "
    .. "gpt-oss-120b with 512 in flight are 1.2 to 12 times as fast as their closed loop allows",
  prompts = "mixed",
  graphs = true,
  kv_reserved = 0.5,
  step_s = 1.2e-3,
  sequence_s = 2e-6,
  prompt_step_s = 2.2e-3,
  prompt_token_s = 2.3e-6,
  request_s = 38e-3,
}
