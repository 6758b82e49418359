std = "lua54"
max_line_length = 120
-- What scripts see beside the trimmed standard library.
read_globals = {
  "chip", "system", "model", "profile", "engine", "derive", "times", "serve",
  "sweep", "shape", "decode", "prefill", "generate", "all_plans", "evolve",
  "lines", "points", "map", "regions", "timeline", "roofline", "ops", "memory",
  "range", "pow2", "logspace", "upto",
  "shapes", "layer", "matmul", "experts", "norm", "gated", "rotary", "quantise", "dequantise", "route", "permute",
  "unpermute", "copy", "triad", "all_reduce", "all_gather", "reduce_scatter", "all_to_all",
}
files["lua/types.lua"] = { ignore = { "111", "112", "113", "131", "211", "212", "631" } }
