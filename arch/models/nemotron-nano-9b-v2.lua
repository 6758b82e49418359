-- NVIDIA Nemotron Nano 9B v2.
return model {
  name = "nemotron-nano-9b-v2",
  title = "NVIDIA Nemotron Nano 9B v2",
  d_model = 4480,
  layers = 56,
  vocab = 131072,
  mixers = "s-s-s-ss-s-s-sg-s-s-sg-s-s-s-sg-s-s-s-sg-s-ss-s-s-",
  feeds = "-d-d-d--d-d-d--d-d-d--d-d-d-d--d-d-d-d--d-d--d-d-d",
  attention = { heads = 40, kv_heads = 8, head_dim = 128 },
  state = { key_heads = 8, key_dim = 128, value_heads = 128, value_dim = 80, conv = 4, scalars = 1 },
  ffn = { d_ff = 15680, gated = false },
  params = 8888227328,
  source = "Hugging Face config.json and model card of nvidia/NVIDIA-Nemotron-Nano-9B-v2",
  doubtful = "shape and counts recalled, not read; they agree",
}
