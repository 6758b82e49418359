-- The engine alone: requests come from a file inside its own process, and no token is sent to a client.
return engine {
  name = "trtllm_bench",
  title = "TensorRT-LLM inside its own benchmark",
  source = "step: .ci/engines on 24 static batches of TensorRT-LLM's performance pages (published.csv, "
    .. "trtllm_static_small); no host time a sequence was found; memory: 0.9 of what nvidia-smi shows (vllm.lua)",
  doubtful = "one constant; its doubt rests on two small models",
  prompts = "mixed",
  graphs = true,
  kv_reserved = 1,
  hbm_reserve = 0.038,
  step_s = 0.00031,
  ttft_doubt = 0.068,
  tpot_doubt = 0.068,
}
