std = "lua54"
max_line_length = 120
-- What scripts see beside the trimmed standard library.
read_globals = {
  "chip", "system", "model", "kernel", "derive", "times", "shape", "sweep", "design",
  "prefill", "decode", "generate", "serve",
  "range", "pow2", "explain", "predict",
}
files["lua/types.lua"] = { ignore = { "111", "112", "113", "131", "211", "212", "631" } }
