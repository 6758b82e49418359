-- Google PaLM 62B.
return model {
  name = "palm-62b",
  title = "Google PaLM 62B",
  d_model = 8192,
  layers = 64,
  vocab = 256000,
  tied_embeddings = true,
  norms = 1,
  parallel = true,
  attention = { heads = 32, kv_heads = 1, head_dim = 256 },
  ffn = { d_ff = 32768 },
  params = 62500000000,
  source = "Chowdhery et al. 2022, PaLM, table 1",
  doubtful = "shape and count recalled, not read; they agree",
  notes = "Multi-query attention, attention and feed-forward in parallel, SwiGLU, no biases.",
}
