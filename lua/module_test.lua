-- The module as a stock lua5.4 sees it; run by module_test.c with a folder that it may write to.
-- luacheck: std lua54
local folder = arg[1]
local chipfit = require "chipfit"

local design = { chip = "h100_sxm", model = "llama-3.1-8b", phase = "decode", batch = 8, context = 4096 }

local function with(key, value)
  local copy = {}
  for k, v in pairs(design) do copy[k] = v end
  copy[key] = value
  return copy
end

-- What is wrong is told, never raised.
local function refuses(run, argument, what, hint, options)
  local result, message, help = run(argument, options)
  assert(result == nil and message:find(what, 1, true), ("%s: %s"):format(what, message))
  assert(not hint or help:find(hint, 1, true), ("%s: %s"):format(hint, help))
end

local function predicts()
  local metrics = assert(chipfit.predict(design))
  assert(metrics.tpot_s > 0.001 and metrics.tpot_s < 0.1 and metrics.ttft_s == nil)
  assert(metrics.fits == true and metrics.bound == "memory" and metrics.mode == "calibrated")
  assert(math.type(metrics.params) == "integer")
  local largest = assert(chipfit.predict(with("batch", "max")))
  assert(largest.batch == metrics.max_batch)
  local wide = with("model", { base = "llama-3.1-8b", layers = 64 })
  assert(chipfit.predict(wide).params > metrics.params)
  assert(chipfit.predict(with("model", chipfit.shape { base = "llama-3.1-8b", layers = 64 })).params
    == chipfit.predict(wide).params)
  local fast = chipfit.derive { base = "h100_sxm", memory = { bandwidth = chipfit.times(2) } }
  assert(chipfit.predict(with("chip", fast)).tpot_s < metrics.tpot_s)
end

local function refuses_designs()
  local circle = {}
  circle.model = circle
  refuses(chipfit.predict, with("batch", -4), "batch: -4 is outside")
  refuses(chipfit.predict, with("batch", 0 / 0), "batch: NaN")
  refuses(chipfit.predict, with("bach", 4), "no key 'bach'", "did you mean 'batch'?")
  refuses(chipfit.predict, with("chip", "h100_sxmm"), "no chip 'h100_sxmm'", "h100_sxm")
  refuses(chipfit.predict, with("chip", print), "chip: a function cannot leave")
  refuses(chipfit.predict, with("chip", io.stdout), "chip: takes no userdata")
  refuses(chipfit.predict, with("chip", "\xff"), "chip: the text is no UTF-8")
  refuses(chipfit.predict, with("chip", chipfit.pow2(1, 8)), "chip: takes one value, not pow2()")
  refuses(chipfit.predict, with("stages", { 1, [3] = 2 }), "stages: a table has names")
  refuses(chipfit.predict, with("stages", { 1, a = 2 }), "stages: a table has names")
  refuses(chipfit.predict, circle, "nested too deep")
  refuses(chipfit.predict, nil, "predict takes one table", "chipfit.predict {")
  refuses(chipfit.predict, design, "predict takes one table", nil, 1)
end

local function space(keys)
  local sweep = {
    name = "a \"name\" \\",
    chip = { "h100_sxm", "b200_sxm" },
    chips = chipfit.pow2(1, 4),
    model = chipfit.shape { base = "llama-3.1-8b", layers = chipfit.range(24, 96, 8) },
    formats = { "bf16", { weights = "int4", kv = "fp8" } },
    workload = chipfit.decode { batch = chipfit.pow2(1, 64), context = 8192 },
    keep = { tpot_s = { max = "25 ms" } },
    minimise = { "tpot_s", "usd_per_mtoken" },
  }
  for key, value in pairs(keys or {}) do sweep[key] = value end
  return sweep
end

local TEXT = [[
return sweep {
  chip = { "h100_sxm", "b200_sxm" }, chips = pow2(1, 4),
  model = shape { base = "llama-3.1-8b", layers = range(24, 96, 8) },
  formats = { "bf16", { weights = "int4", kv = "fp8" } },
  workload = decode { batch = pow2(1, 64), context = 8192 },
  keep = function(m) return m.tpot_s <= 0.025 end,
  minimise = { "tpot_s", "usd_per_mtoken" },
}]]

local function sweeps()
  local output = folder .. "/run.sqlite"
  local a = assert(chipfit.sweep(space(), { threads = 1, output = output }))
  local b = assert(chipfit.sweep(TEXT))
  assert(a.points == 840 and a.counts.evaluated == b.counts.evaluated)
  assert(#a.frontier > 1 and #a.frontier == #b.frontier and #a.best == 2 and #a.fell > 0)
  for i, row in ipairs(a.frontier) do
    assert(row.id == b.frontier[i].id and row.tpot_s == b.frontier[i].tpot_s)
    assert(row.tpot_s >= a.best[1].tpot_s and math.type(row.layers) == "integer")
    assert(row.chip == "h100_sxm" or row.chip == "b200_sxm")
  end
  assert(a.best[1].objective == "tpot_s" and a.best[2].objective == "usd_per_mtoken")
  refuses(chipfit.sweep, space(), "exists already", nil, { output = output })
  refuses(chipfit.sweep, space(), "finished already", nil, { output = output, resume = true })
  local none = assert(chipfit.sweep(space { keep = { tpot_s = { max = "1 us" } } }))
  assert(#none.frontier == 0 and #none.best == 0 and none.counts.dropped > 0)
end

local function refuses_sweeps()
  local FAILS = "return sweep { chip = 'h100_sxm', model = 'llama-3.1-8b', workload = decode { batch = 1,"
    .. " context = { 1, 2 } },\n where = function(d) return d.nothing end, minimise = 'tpot_s' }"
  refuses(chipfit.sweep, space { keep = function() return true end }, "keep: a function", "as text")
  refuses(chipfit.sweep, space { name = "a\n\0b" }, "name: takes")
  refuses(chipfit.sweep, space { chipss = 1 }, "no key 'chipss'", "did you mean 'chips'?")
  refuses(chipfit.sweep, space { chips = 0 / 0 }, "chips: NaN")
  refuses(chipfit.sweep, space { chips = math.huge }, "chips")
  refuses(chipfit.sweep, space { [true] = 1 }, "sweep: a table has names")
  refuses(chipfit.sweep, space { chips = { 1, [true] = 1 } }, "chips: a table has names")
  refuses(chipfit.sweep, space { ["no word"] = 1 }, "no key 'no word'")
  refuses(chipfit.sweep, space { ["end"] = 1 }, "no key 'end'")
  refuses(chipfit.sweep, FAILS, "chipfit.sweep:2:")
  refuses(chipfit.sweep, "return 1", "not a sweep")
  refuses(chipfit.sweep, "os.exit()", "'os' is not available")
  refuses(chipfit.sweep, nil, "sweep takes a table, or the text")
  refuses(chipfit.sweep, TEXT, "threads: 0 is outside", nil, { threads = 0 })
  refuses(chipfit.sweep, TEXT, "no 'thread' that is a number", "threads = 4", { thread = 1 })
  refuses(chipfit.sweep, TEXT, "options: takes a table", nil, 4)
  refuses(chipfit.sweep, TEXT, "resume: needs output", nil, { resume = true })
  refuses(chipfit.sweep, TEXT, "folder does not exist", nil, { output = folder .. "/no/run.sqlite" })
end

predicts()
refuses_designs()
sweeps()
refuses_sweeps()
assert(getmetatable(chipfit.pow2(1, 2)) == "a value of a script")
