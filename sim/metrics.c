#include "sim/metrics.h"

const char *const BOUND_WORDS[] = {"compute", "memory", "comm", "overhead", NULL};
const char *const MODE_WORDS[] = {"datasheet", "calibrated", NULL};

// Formulas are written over metrics and the symbols that lua/why.c gives values to. sum_f(...) runs over the matrix
// arithmetics in use (x_f stands for x_bf16, x_fp8, ...), sum_ops(x) over the ops, x[0], x[1], ..., sum_kinds(x) over the
// kinds of layers on the fullest chip. A metric without a formula is a result of the recurrence or of a search;
// lua/worked.c works it out.
#define NUMBER(key) .name = #key, .kind = FIELD_NUMBER, .offset = offsetof(Metrics, key)

// clang-format off
static const Field METRICS_FIELDS[] = {
    {NUMBER(time_s), .unit = UNIT_S, .formula = "compute_s + memory_s + comm_s + overhead_s",
     .help = "latency: of the whole prefill, of one token of decode (a step, or its share of one that makes several), of the whole "
             "generate, or of a sequence of serve from its arrival to its last token"},
    {NUMBER(interval_s), .unit = UNIT_S, .formula = "max(busiest_stage_s, busiest_link_s) + decode_s",
     .help = "time between completions of the same workload when the system is kept busy: time_s without pipelining, "
             "else set by the busiest stage or link; serve: the time in which as many sequences end as are in flight"},
    {NUMBER(ttft_s), .unit = UNIT_S, .formula = "time_s - decode_s",
     .help = "time to the first token: the prefill; serve: the mean, with the step that runs when a prompt comes and the queue; null in decode"},
    {NUMBER(tpot_s), .unit = UNIT_S, .formula = "decode_s / decode_tokens",
     .help = "mean time between two tokens of a sequence: a decode step over the tokens that it makes, which is 1 without drafts; serve: the mean over steps with and without prompts; "
             "null in prefill"},
    {NUMBER(time_low_s), .unit = UNIT_S,
     .help = "lower end of the 90 % interval of time_s; null in datasheet mode"},
    {NUMBER(time_high_s), .unit = UNIT_S,
     .help = "upper end of the 90 % interval of time_s; null in datasheet mode"},
    {NUMBER(ttft_low_s), .unit = UNIT_S,
     .help = "lower end of the 90 % interval of ttft_s, the engine's own doubt included; null in decode and datasheet mode"},
    {NUMBER(ttft_high_s), .unit = UNIT_S,
     .help = "upper end of the 90 % interval of ttft_s; null in decode and datasheet mode"},
    {NUMBER(tpot_low_s), .unit = UNIT_S,
     .help = "lower end of the 90 % interval of tpot_s, the engine's own doubt included; null in prefill and datasheet mode"},
    {NUMBER(tpot_high_s), .unit = UNIT_S,
     .help = "upper end of the 90 % interval of tpot_s; null in prefill and datasheet mode"},
    {NUMBER(time_overlap_s), .unit = UNIT_S,
     .help = "time_s if everything hid behind the slowest engine: the same recurrence over the best case of each layer"},
    {NUMBER(time_no_overlap_s), .unit = UNIT_S,
     .help = "time_s if nothing overlapped: the same recurrence over the sum of all engines of each layer"},
    {NUMBER(tokens_per_s), .unit = UNIT_PER_S, .formula = "tokens / interval_s",
     .help = "uncached prompt tokens in prefill, one a sequence in decode, output tokens in generate and serve"},
    {NUMBER(tokens_per_s_per_chip), .unit = UNIT_PER_S, .formula = "tokens_per_s / chips",
     .help = "tokens_per_s over the chips of the plan"},
    {NUMBER(mfu), .formula = "sum_f(flop_f / peak_f) / (interval_s * chips)",
     .help = "useful FLOP over what the dense peaks allow in the interval; attention counts unmasked pairs only"},
    {NUMBER(mbu), .formula = "useful_hbm_bytes / (interval_s * chips * bandwidth)",
     .help = "useful memory traffic (each weight touched once, each cached KV byte once, new KV once) over what the "
             "bandwidth allows in the interval"},
    {.name = "bound", .kind = FIELD_WORD, .offset = offsetof(Metrics, bound), .words = BOUND_WORDS,
     .help = "the largest of compute_s, memory_s, comm_s and overhead_s"},
    {NUMBER(compute_s), .unit = UNIT_S,
     .help = "part of time_s in which matrix or vector units bind the critical path"},
    {NUMBER(memory_s), .unit = UNIT_S,
     .help = "part of time_s in which the memory binds the critical path"},
    {NUMBER(comm_s), .unit = UNIT_S,
     .help = "part of time_s in which links bind the critical path"},
    {NUMBER(overhead_s), .unit = UNIT_S,
     .help = "part of time_s that is fixed: launches, latencies of collectives"},
    {NUMBER(flop), .unit = UNIT_FLOP, .formula = "sum_f(flop_f)",
     .help = "useful FLOP over all chips, 1 multiply-add = 2; without padding, duplicates and recomputation"},
    {NUMBER(executed_flop), .unit = UNIT_FLOP, .formula = "flop + padding_flop",
     .help = "FLOP that the matrix units run over all chips: padding to tiles and duplicates included"},
    {NUMBER(hbm_bytes), .unit = UNIT_BYTES, .formula = "sum_ops(hbm_bytes)",
     .help = "memory traffic over all chips"},
    {NUMBER(comm_bytes), .unit = UNIT_BYTES, .formula = "sum_ops(comm_bytes)",
     .help = "bytes sent over links by all chips"},
    {NUMBER(weight_bytes), .unit = UNIT_BYTES,
     .formula = "sum_kinds(stage_layers * (rank_linear + rank_experts)) * weight_value_bytes + "
                "(sum_kinds(stage_layers * rank_half) + edge_params) * half_value_bytes",
     .help = "weights on the fullest chip, with scales: the parameters of its stage as tp and ep split them"},
    {NUMBER(kv_bytes), .unit = UNIT_BYTES, .formula = "sequences * sum_kinds(stage_layers * kv_layer_bytes)",
     .help = "KV cache on the fullest chip: its sequences in pages of 16 tokens, a local layer up to its "
             "window, states of fixed size"},
    {NUMBER(hbm_used_bytes), .unit = UNIT_BYTES,
     .formula = "weight_bytes + kv_bytes + activation_bytes + buffer_bytes",
     .help = "what the fullest chip holds"},
    {NUMBER(hbm_missing_bytes), .unit = UNIT_BYTES,
     .formula = "max(0, hbm_used_bytes - (capacity - reserve_bytes))",
     .help = "by how much the fullest chip overflows; 0 when the design fits"},
    {.name = "fits", .kind = FIELD_BOOL, .offset = offsetof(Metrics, fits),
     .formula = "hbm_used_bytes <= capacity - reserve_bytes",
     .help = "whether the fullest chip holds weights, KV cache, activations and buffers beside the reserve"},
    {NUMBER(max_batch),
     .help = "the largest batch that fits with all else equal, found by bisection; 0 when not even one sequence does"},
    {NUMBER(params), 
     .formula = "layer_params + expert_params + vocab_params * vocab_matrices + position_params + norm_params",
     .help = "parameters of the network, tied embeddings once"},
    {NUMBER(active_params), 
     .formula = "layer_params + expert_params * expert_share + vocab_params + norm_params",
     .help = "parameters that one token touches: top-k and shared experts, router, output head; no input embedding"},
    {NUMBER(energy_j_per_token), .unit = UNIT_J, .formula = "power_w * interval_s / tokens",
     .help = "energy of all chips a token, without hosts and cooling; null where the chip's TDP is not published"},
    {NUMBER(power_w), .unit = UNIT_W,
     .formula = "min(tdp_w * chips, (sum_f(executed_f * j_per_flop_f) + hbm_bytes * j_per_hbm_byte + "
                "comm_bytes * j_per_link_byte) / interval_s + idle_w * chips)",
     .help = "mean power of all chips over the interval, TDP at most; null where the chip's TDP is not published"},
    {NUMBER(usd_per_mtoken), .unit = UNIT_USD,
     .formula = "1e6 * usd_per_chip_hour * chips * interval_s / 3600 / tokens",
     .help = "rent of the chips for a million tokens; null where the chip has no price"},
    {NUMBER(loss),
     .formula = "floor_nats + params_factor / pow(loss_params * expert_gain * format_share, params_power) + "
                "tokens_factor / pow(trained_tokens, tokens_power)",
     .help = "predicted training loss in nats a token, for comparing designs; null without training_tokens or "
             "training_flop"},
    {.name = "mode", .kind = FIELD_WORD, .offset = offsetof(Metrics, mode), .words = MODE_WORDS,
     .help = "datasheet: peaks and physics; calibrated: with a kernel profile fitted to measurements"},
    {.name = "extrapolated", .kind = FIELD_BOOL, .offset = offsetof(Metrics, extrapolated),
     .help = "true when a fitted number was used outside the range that it was fitted on"},
};
// clang-format on

const FieldTable METRICS_TABLE = {
    .name = "metrics",
    .fields = METRICS_FIELDS,
    .count = FIELD_COUNT(METRICS_FIELDS),
    .size = sizeof(Metrics),
    .help = "what comes out for a design",
};
