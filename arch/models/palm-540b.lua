-- Google PaLM 540B.
return model {
  name = "palm-540b",
  title = "Google PaLM 540B",
  d_model = 18432,
  layers = 118,
  vocab = 256000,
  tied_embeddings = true,
  norms = 1,
  parallel = true,
  attention = { heads = 48, kv_heads = 1, head_dim = 256 },
  ffn = { d_ff = 73728 },
  params = 540350000000,
  source = "Chowdhery et al. 2022, PaLM, table 1",
  doubtful = "shape and count recalled, not read; they agree",
  notes = "Multi-query attention, attention and feed-forward in parallel, SwiGLU, no biases.",
}
