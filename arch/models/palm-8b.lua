-- Google PaLM 8B.
return model {
  name = "palm-8b",
  title = "Google PaLM 8B",
  d_model = 4096,
  layers = 32,
  vocab = 256000,
  tied_embeddings = true,
  norms = 1,
  parallel = true,
  attention = { heads = 16, kv_heads = 1, head_dim = 256 },
  ffn = { d_ff = 16384 },
  params = 8630000000,
  source = "Chowdhery et al. 2022, PaLM, table 1",
  doubtful = "shape and count recalled, not read; they agree",
  notes = "Multi-query attention, attention and feed-forward in parallel, SwiGLU, no biases.",
}
