-- A mixture of experts in low-latency prefill on N chips: spread the experts over them, or the layers?
--
--   experts   every layer's experts lie on all N chips (ep = N), attention is split over the prompt's tokens or the
--             heads (cp, tp), and each layer exchanges tokens between all chips twice
--   layers    each chip holds N-th of the layers with all their experts (pp = N); the prompt comes in chunks, chip 2
--             works on the first while chip 1 takes the second, and the exchange is one hand-off between neighbours
--   hybrid    pp groups of tp x cp chips
--
-- Every way to split 1 to 64 chips, every chunk, on an NVSwitch domain of 72, on servers of 8 behind InfiniBand, and
-- on a 3D torus, each with links of 1/32 of their bandwidth to twice as much.
--
--   chipfit sweep lua/examples/prefill_moe.lua -o prefill_moe.sqlite --text --plots prefill_moe

-- The links that are scaled: those that the exchange has to take.
local places = {
  { chip = "gb200",    system = "gb200_nvl72", level = "nvlink",     bandwidth = 900e9 },
  { chip = "h200_sxm", system = "hgx_h100",    level = "infiniband", bandwidth = 50e9 },
  { chip = "tpu_v7",   system = "tpu_v7",      level = "ici",        bandwidth = 100e9 },
}
local factors = { 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2 }

local systems, chips, own, bandwidth, factor = {}, {}, {}, {}, {}
for i, place in ipairs(places) do
  chips[i] = place.chip
  for _, times_of in ipairs(factors) do
    local name = place.system
    if times_of ~= 1 then
      name = string.format("%s, %s x %g", place.system, place.level, times_of)
    end
    systems[#systems + 1] = times_of == 1 and name
      or derive { base = place.system, name = name, levels = { [place.level] = { bandwidth = times(times_of) } } }
    own[name] = place.chip
    bandwidth[name] = times_of * place.bandwidth / 1e9
    factor[name] = times_of
  end
end

-- What a plan is called.
local function kind(d)
  if d.chips == 1 then return "one chip" end
  if d.pp == 1 then return "experts over chips" end
  return d.tp * d.cp == 1 and "layers over chips" or "hybrid"
end

local function upto_64(most)
  local list = {}
  for i = 0, 6 do
    if 2 ^ i <= most then list[#list + 1] = 2 ^ i // 1 | 0 end
  end
  return list
end

local title = {
  gb200 = "one NVSwitch domain of GB200",
  h200_sxm = "servers of 8 H200 behind InfiniBand",
  tpu_v7 = "a 3D torus of TPU v7",
}
local function place_of(d) return title[d.chip] end
local function as_built(d) return factor[d.system] == 1 and d.prompt == 8192 end

return sweep {
  name     = "prefill-moe",
  chip     = chips,
  system   = systems,
  chips    = pow2(1, 64),
  model    = "qwen3-235b-a22b",
  formats  = "fp8_block", -- that of the published checkpoint
  plan     = {
    tp    = upto(4, function(d) return upto_64(math.min(d.chips, 8)) end),
    cp    = upto(7, function(d) return upto_64(d.chips // d.tp) end),
    pp    = function(d) return d.chips // d.tp // d.cp end,
    ep    = function(d) return d.tp * d.cp end,
    chunk = upto(5, function(d) return d.chips == d.tp * d.cp and { 131072 } or { 512, 1024, 2048, 4096, 8192 } end),
  },
  workload = prefill { prompt = pow2(1024, 131072) },
  where    = function(d) return own[d.system] == d.chip end,
  metrics  = { "ttft_s", "ttft_low_s", "ttft_high_s", "interval_s", "time_s", "comm_s", "hbm_used_bytes",
               "tokens_per_s_per_chip", "mfu", "bound", "fits" },
  group_by = { "chip", "system", "prompt" },
  minimise = { "ttft_s" },
  maximise = { "tokens_per_s_per_chip" },
  plots    = {
    lines {
      name = "latency", title = "Time to first token of a prompt of 8192 tokens", x = "chips", y = "ttft_s",
      by = kind, each = place_of, best = "ttft_s", only = as_built, log = "xy",
    },
    lines {
      name = "interval", title = "Time between prompts of 8192 tokens at the lowest latency", x = "chips",
      y = "interval_s", by = kind, each = place_of, best = "ttft_s", only = as_built, log = "xy",
    },
    lines {
      name = "communication", title = "Waiting for links, 8192 tokens", x = "chips",
      y = function(d) return 100 * d.comm_s / d.time_s end, y_label = "of the fastest split's latency, %",
      by = kind, each = place_of, best = "ttft_s", only = as_built, log = "x",
    },
    lines {
      name = "memory", title = "Memory of the fullest chip, from the first N at which all fits", x = "chips",
      y = "hbm_used_bytes", by = kind, each = place_of, best = "ttft_s", only = as_built, log = "xy",
    },
    regions {
      name = "winner", title = "Lowest time to first token on 32 chips",
      x = function(d) return bandwidth[d.system] end,
      x_label = "bandwidth of the links, GB/s a direction (torus: of one link)", y = "prompt",
      by = kind, each = place_of, best = "ttft_s", only = { chips = 32 },
    },
    timeline {
      name = "pipeline", title = "Layers over 8 chips: chunks of one prompt of 8192 tokens", best = "ttft_s",
      only = function(d) return as_built(d) and d.chip == "h200_sxm" and d.pp == 8 and d.chips == 8 end,
    },
  },
}
