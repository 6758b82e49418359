---@meta
-- luacheck: ignore 121
-- Printed by chipfit schema lua, for editors.

---dense rates of the matrix units, without sparsity
---@class (exact) chip.peak
---@field fp32? number|string dense matrix rate, full 32-bit inputs (1 GFLOP/s to 100 EFLOP/s)
---@field tf32? number|string dense matrix rate, 19-bit inputs (1 GFLOP/s to 100 EFLOP/s)
---@field bf16? number|string dense matrix rate, summed in fp32 (1 GFLOP/s to 100 EFLOP/s)
---@field fp16? number|string dense matrix rate, summed in fp32 (1 GFLOP/s to 100 EFLOP/s)
---@field fp8? number|string dense matrix rate; left out: no such arithmetic (1 GFLOP/s to 100 EFLOP/s)
---@field int8? number|string dense matrix rate; left out: no such arithmetic (1 GFLOP/s to 100 EFLOP/s)
---@field fp6? number|string dense matrix rate; left out: no such arithmetic (1 GFLOP/s to 100 EFLOP/s)
---@field fp4? number|string dense matrix rate; left out: no such arithmetic (1 GFLOP/s to 100 EFLOP/s)
---@field int4? number|string dense matrix rate; left out: no such arithmetic (1 GFLOP/s to 100 EFLOP/s)
---@field source string where these numbers come from
---@field doubtful? string which of them rest on memory, derivation or a disagreement

---rates of the vector and special-function units
---@class (exact) chip.vector
---@field fp32 number|string elementwise arithmetic (100 MFLOP/s to 10 EFLOP/s)
---@field special? number|string exponentials a second; left out: a quarter of the fp32 instructions (10 M/s to 10 E/s)
---@field source string where these numbers come from
---@field doubtful? string which of them rest on memory, derivation or a disagreement

---the main memory: HBM, GDDR, DDR
---@class (exact) chip.memory
---@field kind? "hbm"|"gddr"|"lpddr"|"sram" technology, for the energy of a byte; default: hbm
---@field capacity number|string size of the memory (1 MB to 1 PB)
---@field bandwidth number|string peak rate of the memory (1 GB/s to 100 PB/s)
---@field source string where these numbers come from
---@field doubtful? string which of them rest on memory, derivation or a disagreement

---the on-chip store shared by all cores: L2, VMEM, SBUF
---@class (exact) chip.store
---@field capacity number|string size of the store (1 kB to 100 TB)
---@field bandwidth? number|string its rate; left out: unknown, it never binds (1 GB/s to 100 PB/s)
---@field source string where these numbers come from
---@field doubtful? string which of them rest on memory, derivation or a disagreement

---rates of a chip on paper, as multiples of its 16-bit rate
---@class (exact) chip.ratios
---@field fp32? number rate over the 16-bit rate; left out: as listed in peak, else none (0.001 to 64)
---@field tf32? number rate over the 16-bit rate; left out: as listed in peak, else none (0.001 to 64)
---@field fp16? number rate over the 16-bit rate; left out: as listed in peak, else none (0.001 to 64)
---@field fp8? number rate over the 16-bit rate; left out: as listed in peak, else none (0.001 to 64)
---@field int8? number rate over the 16-bit rate; left out: as listed in peak, else none (0.001 to 64)
---@field fp6? number rate over the 16-bit rate; left out: as listed in peak, else none (0.001 to 64)
---@field fp4? number rate over the 16-bit rate; left out: as listed in peak, else none (0.001 to 64)
---@field int4? number rate over the 16-bit rate; left out: as listed in peak, else none (0.001 to 64)

---geometry of the matrix units
---@class (exact) chip.matrix
---@field kind "tiled"|"systolic" tiled: cores that each take output tiles; systolic: units that hold a block of weights
---@field cores? integer cores that take tiles; tiled needs it (1 to 10000000)
---@field units? integer matrix units on the chip; systolic needs it (1 to 100000000)
---@field rows? integer systolic: reduction dimension held by a unit (1 to 65536)
---@field columns? integer systolic: output columns held by a unit (1 to 65536)
---@field fma_per_unit? number 16-bit multiply-adds of a unit in a clock; with units and clock a check on the peak (1 to 1000000000)
---@field clock number|string clock at which the listed peak is reached (1 MHz to 100 GHz)
---@field ratios? chip.ratios for peaks that are not listed, so that fp8 = 2 is twice the 16-bit rate
---@field source string where these numbers come from
---@field doubtful? string which of them rest on memory, derivation or a disagreement

---power; left out: unknown
---@class (exact) chip.power
---@field tdp number|string power limit of the chip with its memory (10 mW to 1 MW)
---@field idle? number|string power when nothing runs (0 W to 1 MW)
---@field source string where these numbers come from
---@field doubtful? string which of them rest on memory, derivation or a disagreement

---price; left out: unknown
---@class (exact) chip.price
---@field usd_per_hour number|string rent of one chip (0 USD/h to 1 MUSD/h)
---@field date string when that price was asked, as 2026-11
---@field source string where these numbers come from
---@field doubtful? string which of them rest on memory, derivation or a disagreement

---one accelerator; all rates dense, per chip and direction
---@class (exact) chip.fields
---@field name string what it is called on the command line
---@field title? string full name
---@field vendor? string who makes it
---@field family? string whose kernels it runs: ampere, hopper, blackwell, tpu
---@field year? integer when it was shipped or announced (1970 to 2100)
---@field aliases? string[] other names
---@field system? string name of the system that it usually stands in
---@field peak? chip.peak matrix rates by number format; left out: they follow from matrix, as 2 x units x fma_per_unit x clock
---@field vector chip.vector vector unit
---@field memory chip.memory main memory
---@field store chip.store on-chip store
---@field matrix chip.matrix matrix unit
---@field host_bandwidth? number|string to the host's memory, one direction (1 MB/s to 10 PB/s)
---@field power? chip.power power
---@field price? chip.price price
---@field notes? string anything worth knowing

---@param fields chip.fields
---@return chip.fields
function chip(fields) end

---one network level, from the innermost outwards
---@class (exact) system.level
---@field name string of the network: nvlink, infiniband, ici
---@field topology "switch"|"mesh"|"torus"|"bus" switch: all at full bandwidth; mesh: a direct link a pair; torus: neighbours on axes; bus: through the host
---@field chips integer in one domain of this level, inner levels included; the last level: the largest system (1 to 16777216)
---@field bandwidth number|string per chip and direction over all its links; torus: per link and direction (1 MB/s to 10 PB/s)
---@field latency number|string of one step of a collective; torus: of one hop (0 s to 1 s)
---@field reduces? boolean the switch adds up on the way (in-network all-reduce)
---@field slices? string[] torus: shapes that are handed out, as "4x4x8"; above an inner level they count its domains
---@field wrap_multiple? integer torus: an axis wraps around when its length is a multiple of this; 0: never, 1: always (0 to 65536)
---@field wrap_cubes? boolean torus: axes wrap around only where the lengths of all three are such multiples
---@field source string where these numbers come from
---@field doubtful? string which of them rest on memory, derivation or a disagreement

---chips in a network
---@class (exact) system.fields
---@field name string what it is called on the command line
---@field title? string full name
---@field aliases? string[] other names
---@field levels system.level[] networks from the innermost (scale-up) outwards
---@field notes? string anything worth knowing

---@param fields system.fields
---@return system.fields
function system(fields) end

---self-attention of every layer
---@class (exact) model.attention
---@field kind? "gqa"|"mla" gqa: grouped queries (kv_heads = heads is MHA, 1 is MQA); mla: one latent vector a token
---@field heads integer query heads (1 to 4096)
---@field kv_heads? integer heads of keys and values; left out: as heads (0 to 4096)
---@field head_dim? integer of queries and keys; left out: d_model / heads, mla: nope_dim + rope_dim (0 to 8192)
---@field v_head_dim? integer of values; left out: as head_dim, mla: nope_dim (0 to 8192)
---@field window? integer tokens that a local layer sees, itself included; 0: all (0 to 2147483647)
---@field chunk? integer tokens of the pieces that a chunked layer keeps to (0 to 2147483647)
---@field qkv_bias? boolean queries, keys and values have biases
---@field out_bias? boolean the output projection has a bias
---@field qk_norm? boolean queries and keys are normed per head
---@field wide_qk_norm? boolean queries and keys are normed with a weight for every head and dimension
---@field sinks? boolean every head has a learned score that no key takes
---@field k_eq_v? boolean values are the keys: they have no projection of their own
---@field gate? boolean the output is scaled by a learned gate per head and dimension
---@field shared_kv_layers? integer the last so many layers read the cache of earlier ones and have none of their own (0 to 1024)
---@field q_rank? integer width of the compressed query; 0: not compressed (0 to 65536)
---@field o_rank? integer width that the output of a group of heads passes before it is projected; 0: it does not (0 to 65536)
---@field o_groups? integer such groups of heads; left out: 1 (0 to 4096)
---@field kv_rank? integer mla: width of the latent that is cached (0 to 65536)
---@field nope_dim? integer mla: dimensions of a head without rotary embedding (0 to 8192)
---@field rope_dim? integer mla: rotary dimensions, shared by the heads' keys and cached beside the latent (0 to 8192)

---what local and chunked layers have otherwise than attention; left out or 0: the same
---@class (exact) model.local_attention
---@field heads? integer query heads (0 to 4096)
---@field kv_heads? integer heads of keys and values (0 to 4096)
---@field head_dim? integer of queries and keys (0 to 8192)
---@field v_head_dim? integer of values (0 to 8192)
---@field k_eq_v? "same"|"no"|"yes" whether values are the keys

---sparse attention: which keys a query attends to
---@class (exact) model.indexer
---@field heads? integer heads that score; 0: there is no indexer (0 to 4096)
---@field head_dim? integer of scoring queries and keys (0 to 8192)
---@field top_k? integer keys that a query attends to (0 to 2147483647)

---layers with a state of fixed size: linear attention, state space
---@class (exact) model.state
---@field key_heads? integer heads (groups) of keys and queries (0 to 65536)
---@field key_dim? integer of keys and queries: the state size of Mamba (0 to 65536)
---@field value_heads? integer heads of values: one state each (0 to 65536)
---@field value_dim? integer of values (0 to 65536)
---@field conv? integer width of the causal convolution; 0: none (0 to 1024)
---@field rank? integer width that gates and decays pass (Mamba-1's step size, Kimi's delta rule); 0: they do not (0 to 65536)
---@field scalars? integer step sizes and decays that a token gives each head (0 to 16)
---@field gate? boolean the output is gated by a projection of its own
---@field delta? boolean the delta rule: the state is corrected, not only added to

---feed-forward of the dense layers
---@class (exact) model.ffn
---@field d_ff? integer inner width of the dense layers; 0: there are none (0 to 4194304)
---@field gated? boolean three matrices (SwiGLU and the like), experts too; else two
---@field bias? boolean the matrices have biases

---mixture of experts
---@class (exact) model.moe
---@field experts? integer routed experts of a layer; 0: a dense model (0 to 65536)
---@field top_k? integer experts that a token is sent to (0 to 65536)
---@field d_expert? integer inner width of a routed expert (0 to 4194304)
---@field shared_experts? integer experts that every token passes (0 to 1024)
---@field d_shared? integer inner width of a shared expert; left out: as d_expert (0 to 4194304)
---@field d_latent? integer width that routed experts read and write; left out: d_model (0 to 1048576)
---@field first_dense? integer dense layers before the first expert layer (0 to 1024)
---@field every? integer one expert layer in every so many after them (1 to 1024)
---@field router_bias? boolean the router has one correction per expert
---@field shared_gate? boolean the shared experts' output is scaled by a learned gate

---a network's architecture
---@class (exact) model.fields
---@field name string what it is called on the command line
---@field title? string full name
---@field aliases? string[] other names
---@field d_model integer width of the residual stream (1 to 1048576)
---@field layers integer transformer blocks (1 to 1024)
---@field vocab integer tokens of the vocabulary (1 to 16777216)
---@field tied_embeddings? boolean the output head is the input embedding
---@field head_bias? boolean the output head has a bias
---@field layer_embedding? integer width of a second embedding of the token that every layer has for itself; 0: none (0 to 65536)
---@field norms? integer norm vectors of d_model in a layer (0 to 8)
---@field norm_bias? boolean norms have a bias (LayerNorm)
---@field positions? integer learned position embeddings; 0: none (0 to 16777216)
---@field parallel? boolean mixer and feed-forward read the same input and are added up together
---@field mixers? string order of the layers' mixers, repeated: g global, l local, c chunked attention, s state, - none; left out: l where there is a window, else g
---@field feeds? string order of the layers' feed-forwards, repeated: d dense, e experts, - none; left out: by moe.first_dense and moe.every
---@field attention model.attention self-attention
---@field local_attention? model.local_attention heads of local and chunked layers, where they differ
---@field indexer? model.indexer sparse attention
---@field state? model.state linear attention or state space layers
---@field ffn? model.ffn dense feed-forward
---@field moe? model.moe mixture of experts; left out: a dense model
---@field extra_params? number weights of every layer beside what the other fields count (0 to 1000000000000)
---@field mtp_layers? integer multi-token-prediction layers, not counted in params (0 to 64)
---@field params? number published parameter count, to check the model against (0 to 1e+16)
---@field active_params? number published active parameters, to check the model against (0 to 1e+16)
---@field source string where the numbers come from
---@field doubtful? string which of them are not certain
---@field notes? string anything worth knowing

---@param fields model.fields
---@return model.fields
function model(fields) end

---a variant of a chip or system: base names it, other fields are given anew or as times(x)
---@param fields table
---@return table
function derive(fields) end

---@param factor number|number[] of the base's value; a list in a sweep
---@return table
function times(factor) end

---what may vary, what is wanted
---@class (exact) sweep.keys
---@field name? string of the run
---@field chip string|table a name, a list of names and chip { }, or derive { } whose values may be lists
---@field system? string|table the same of systems; left out: each chip's own
---@field model string|table a name, a list of names and model { }, or shape { }
---@field formats? string|table a shorthand, a list of shorthands and tables, or a table of weights, activations, kv, matmul
---@field chips? integer|integer[]|function chips in use
---@field plan? table tp, cp, dp, pp, ep, etp, chunk, micro_batches, overlap, ... (functions see those before in this order), or all_plans { }; left out: the fastest that fits
---@field workload table decode { }, prefill { }, generate { }, serve { }, or a list of them
---@field routing_skew? number|number[]|function Zipf exponent of the experts' popularity
---@field hbm_reserve? number|number[]|function share of the memory that is left free
---@field training_tokens? number|number[]|function what the network was trained on, for loss
---@field training_flop? number|number[]|function a training budget in place of tokens
---@field usd_per_chip_hour? number|number[]|function rent; left out: the chip's own
---@field mode? string datasheet or calibrated, for all points; left out: calibrated where a kernel profile serves the chip
---@field engine? string the serving engine whose time and habits are added; left out: kernels alone
---@field profile? string the kernel profile of all points; left out: the one that serves the chip
---@field where? table|fun(d: table): boolean which designs are evaluated: limits { params = { max = 120e9 } } or a function of the design
---@field keep? table|fun(m: table): boolean which of them count: limits { tpot_s = { max = "25 ms" } } or a function of design and metrics
---@field minimise? string|string[] metrics, see chipfit schema metrics
---@field maximise? string|string[] metrics; with minimise up to six
---@field group_by? string|string[] a frontier for each value of these axes
---@field keep_rows? string|integer "feasible" (the default), "all", "frontier", or how many of the best by the first objective
---@field metrics? string|string[] columns of the rows beside the axes and objectives; left out: about a dozen
---@field epsilon? number keeps one of frontier designs that differ by less than this share
---@field frontier_limit? integer most designs of the frontier; default: 1000000
---@field search? table evolve { } for spaces too large to try all; left out: every point
---@field seed? integer of evolve; default: 1
---@field plots? table[] pictures of the rows that answer the question: lines { }, points { }, map { }, regions { }, timeline { }, roofline { }, ops { }, memory { }

---a picture of the rows
---@class (exact) sweep.plot
---@field name? string of its files: letters, digits, '-' and '_'
---@field title? string above the picture
---@field x? string|fun(d: table): number a column of the rows (axis or metric), or a function of the row
---@field y? string|fun(d: table): number the same; with an interval in the rows (time_low_s ...) a band is drawn
---@field z? string|fun(d: table): number map: the colour
---@field by? string|string[]|fun(d: table): string a series for each value of these columns
---@field each? string|fun(d: table): string a picture for each value of it
---@field best? string of the rows that share x, series and picture (map, regions: and y) the best by this metric; left out: all of them
---@field only? table|fun(d: table): boolean rows that are looked at: { prompt = 8192, chips = { 8, 16 }, time_s = { max = "1 s" } }; of designs that fit, unless it says fits
---@field log? string axes with a logarithmic scale, "x", "y", "xy" or "none"; left out: as the numbers suggest
---@field level? table a line across: { at = 141e9, label = "text" }
---@field x_label? string in place of the column's own, for functions
---@field y_label? string the same
---@field z_label? string the same

---what the script returns
---@param fields sweep.keys
---@return table
function sweep(fields) end

---a network that does not exist: base, and what differs from it; values may be lists or functions
---@param fields table
---@return table
function shape(fields) end

---one step: batch, context, draft, acceptance
---@param fields table
---@return table
function decode(fields) end

---prompts to their first tokens: batch, prompt, prefix
---@param fields table
---@return table
function prefill(fields) end

---both: batch, prompt, prefix, output, draft, acceptance
---@param fields table
---@return table
function generate(fields) end

---a closed loop in steady state: batch, prompt, prefix, output, draft, acceptance, token_budget, prompts
---@param fields table
---@return table
function serve(fields) end

---every plan whose degrees multiply out to the chips: max_tp, max_cp, max_pp, max_ep; and chunk, micro_batches, overlap, placement, cp_kind to try each with
---@param fields table
---@return table
function all_plans(fields) end

---an evolutionary search: budget, seed, population, check
---@param fields table
---@return table
function evolve(fields) end

---in plots: y over x, a line for each value of by
---@param fields sweep.plot
---@return table
function lines(fields) end

---in plots: a point for each row
---@param fields sweep.plot
---@return table
function points(fields) end

---in plots: z over x and y
---@param fields sweep.plot
---@return table
function map(fields) end

---in plots: whose best is best at x and y
---@param fields sweep.plot
---@return table
function regions(fields) end

---in plots: the pipeline of the best design
---@param fields sweep.plot
---@return table
function timeline(fields) end

---in plots: the ops of the best design under the chip's roof
---@param fields sweep.plot
---@return table
function roofline(fields) end

---in plots: where the best design's time goes
---@param fields sweep.plot
---@return table
function ops(fields) end

---in plots: what the best design's memory holds
---@param fields sweep.plot
---@return table
function memory(fields) end

---first, first + step, ... up to last
---@type fun(first: number, last: number, step?: number): table
range = nil

---first, 2 first, 4 first, ... up to last
---@type fun(first: number, last: number): table
pow2 = nil

---so many numbers at equal ratios
---@type fun(first: number, last: number, count: integer): table
logspace = nil

---a list that depends on the axes before it
---@type fun(most: integer, list: fun(d: table): table): table
upto = nil

---kernels and layers to be measured
---@param list table
---@return table
function shapes(list) end

---one rank's share of the layers of a design: model, formats, plan, workload as in a sweep
---@param fields table
---@return table
function layer(fields) end

---@class (exact) shapes.matmul
---@field dtype? string|table a, b and kv together
---@field name? string|table of the op or layer, for people
---@field a? string|table format of activations and queries; quantise: of the result
---@field b? string|table format of weights (as a)
---@field batch? integer|table matrices of a matmul, sequences of attention
---@field m? integer|table rows, or tokens
---@field n? integer|table columns of the result
---@field k? integer|table terms of a matmul's sums

---@param fields shapes.matmul
---@return table
function matmul(fields) end

---@class (exact) shapes.experts
---@field dtype? string|table a, b and kv together
---@field name? string|table of the op or layer, for people
---@field a? string|table format of activations and queries; quantise: of the result
---@field b? string|table format of weights (as a)
---@field m? integer|table rows, or tokens
---@field n? integer|table columns of the result
---@field k? integer|table terms of a matmul's sums
---@field experts? integer|table matrices, or scores of a token

---@param fields shapes.experts
---@return table
function experts(fields) end

---@class (exact) shapes.prefill
---@field dtype? string|table a, b and kv together
---@field head_dim? integer|table qk_dim and v_dim
---@field name? string|table of the op or layer, for people
---@field a? string|table format of activations and queries; quantise: of the result
---@field kv? string|table format of the KV cache (as a where that has 16 or 32 bits, else bf16)
---@field batch? integer|table matrices of a matmul, sequences of attention
---@field heads? integer|table query heads
---@field kv_heads? integer|table heads of keys and values (as heads)
---@field qk_dim? integer|table width of queries and keys
---@field v_dim? integer|table width of values (as qk_dim)
---@field q_len? integer|table new tokens of a sequence
---@field kv_len? integer|table tokens of a sequence, the new ones included (as q_len)
---@field window? integer|table keys that a query sees at most, its own included; 0: all

---@class (exact) shapes.decode
---@field dtype? string|table a, b and kv together
---@field head_dim? integer|table qk_dim and v_dim
---@field name? string|table of the op or layer, for people
---@field a? string|table format of activations and queries; quantise: of the result
---@field kv? string|table format of the KV cache (as a where that has 16 or 32 bits, else bf16)
---@field batch? integer|table matrices of a matmul, sequences of attention
---@field heads? integer|table query heads
---@field kv_heads? integer|table heads of keys and values (as heads)
---@field qk_dim? integer|table width of queries and keys
---@field v_dim? integer|table width of values (as qk_dim)
---@field q_len? integer|table new tokens of a sequence
---@field kv_len? integer|table tokens of a sequence, the new ones included (as q_len)
---@field window? integer|table keys that a query sees at most, its own included; 0: all
---@field page? integer|table tokens of a page of the cache

---@class (exact) shapes.norm
---@field dtype? string|table a, b and kv together
---@field name? string|table of the op or layer, for people
---@field a? string|table format of activations and queries; quantise: of the result
---@field m? integer|table rows, or tokens
---@field n? integer|table columns of the result

---@param fields shapes.norm
---@return table
function norm(fields) end

---@class (exact) shapes.gated
---@field dtype? string|table a, b and kv together
---@field name? string|table of the op or layer, for people
---@field a? string|table format of activations and queries; quantise: of the result
---@field m? integer|table rows, or tokens
---@field n? integer|table columns of the result

---@param fields shapes.gated
---@return table
function gated(fields) end

---@class (exact) shapes.rotary
---@field dtype? string|table a, b and kv together
---@field head_dim? integer|table qk_dim and v_dim
---@field name? string|table of the op or layer, for people
---@field a? string|table format of activations and queries; quantise: of the result
---@field kv? string|table format of the KV cache (as a where that has 16 or 32 bits, else bf16)
---@field m? integer|table rows, or tokens
---@field heads? integer|table query heads
---@field kv_heads? integer|table heads of keys and values (as heads)
---@field qk_dim? integer|table width of queries and keys
---@field v_dim? integer|table width of values (as qk_dim)
---@field page? integer|table tokens of a page of the cache

---@param fields shapes.rotary
---@return table
function rotary(fields) end

---@class (exact) shapes.quantise
---@field dtype? string|table a, b and kv together
---@field name? string|table of the op or layer, for people
---@field a? string|table format of activations and queries; quantise: of the result
---@field m? integer|table rows, or tokens
---@field n? integer|table columns of the result

---@param fields shapes.quantise
---@return table
function quantise(fields) end

---@class (exact) shapes.dequantise
---@field dtype? string|table a, b and kv together
---@field name? string|table of the op or layer, for people
---@field b? string|table format of weights (as a)
---@field m? integer|table rows, or tokens
---@field n? integer|table columns of the result

---@param fields shapes.dequantise
---@return table
function dequantise(fields) end

---@class (exact) shapes.route
---@field name? string|table of the op or layer, for people
---@field m? integer|table rows, or tokens
---@field experts? integer|table matrices, or scores of a token
---@field top_k? integer|table experts that a token goes to

---@param fields shapes.route
---@return table
function route(fields) end

---@class (exact) shapes.permute
---@field dtype? string|table a, b and kv together
---@field name? string|table of the op or layer, for people
---@field a? string|table format of activations and queries; quantise: of the result
---@field m? integer|table rows, or tokens
---@field n? integer|table columns of the result
---@field experts? integer|table matrices, or scores of a token
---@field top_k? integer|table experts that a token goes to

---@param fields shapes.permute
---@return table
function permute(fields) end

---@class (exact) shapes.unpermute
---@field dtype? string|table a, b and kv together
---@field name? string|table of the op or layer, for people
---@field a? string|table format of activations and queries; quantise: of the result
---@field m? integer|table rows, or tokens
---@field n? integer|table columns of the result
---@field experts? integer|table matrices, or scores of a token
---@field top_k? integer|table experts that a token goes to

---@param fields shapes.unpermute
---@return table
function unpermute(fields) end

---@class (exact) shapes.copy
---@field name? string|table of the op or layer, for people
---@field bytes? number|string|table of copy, triad and collectives

---@param fields shapes.copy
---@return table
function copy(fields) end

---@class (exact) shapes.triad
---@field name? string|table of the op or layer, for people
---@field bytes? number|string|table of copy, triad and collectives

---@param fields shapes.triad
---@return table
function triad(fields) end

---@class (exact) shapes.all_reduce
---@field name? string|table of the op or layer, for people
---@field bytes? number|string|table of copy, triad and collectives
---@field ranks? integer|table devices of a collective

---@param fields shapes.all_reduce
---@return table
function all_reduce(fields) end

---@class (exact) shapes.all_gather
---@field name? string|table of the op or layer, for people
---@field bytes? number|string|table of copy, triad and collectives
---@field ranks? integer|table devices of a collective

---@param fields shapes.all_gather
---@return table
function all_gather(fields) end

---@class (exact) shapes.reduce_scatter
---@field name? string|table of the op or layer, for people
---@field bytes? number|string|table of copy, triad and collectives
---@field ranks? integer|table devices of a collective

---@param fields shapes.reduce_scatter
---@return table
function reduce_scatter(fields) end

---@class (exact) shapes.all_to_all
---@field name? string|table of the op or layer, for people
---@field bytes? number|string|table of copy, triad and collectives
---@field ranks? integer|table devices of a collective

---@param fields shapes.all_to_all
---@return table
function all_to_all(fields) end

