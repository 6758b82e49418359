#include "sim/attention.h"

#include <math.h>

#define KEY_TILE ATTENTION_TILE

// Latencies from load to multiplication that a unit of work cannot hide: queries, keys, softmax, values, sums, output.
#define UNIT_LATENCIES 6

// Vector arithmetic a pair beside its exponential: scale and subtract the maximum, the running maximum, the sum.
#define PAIR_FLOP 4

// Head dimensions (keys and values) at which unit and row latencies are stated.
#define USUAL_DIMS 256

// Causal masks, ends of windows and of keys are cut to this many keys.
#define KEY_STEP        16
#define WINDOW_KEY_STEP 64

// Packed rows are padded to this many.
#define ROW_STEP 16

// Of all later waves' units, the share of the packed rows' latencies that shows.
#define LATER_ROWS (1.0 / 3)

// An attention on its way to a cost: what all formulas below share. Times are of one core.
typedef struct Job {
    const Machine *machine;
    const AttentionKernel *kernel;
    const AttentionShape *shape;
    double keys;           // that a sequence's queries see together
    double dims;           // of keys and values, 1: the usual ones
    double flop_s, pair_s; // of multiplying, and of the softmax of, a (query, key) pair
    double key_s;          // of drawing one key and value of one head
    double unit_s;         // latencies of a unit
} Job;

// Work of the fullest core and of all cores.
typedef struct Cover {
    double pairs;    // on the core that ends last
    double keys;     // that this core draws by itself, one head's each
    double all;      // pairs on the chip
    double wait_s;   // latencies on the core that ends last
    double launches; // a split over the keys may be joined by a second kernel
} Cover;

// Long queries: each query tile of each head is a unit and walks the keys up to its own diagonal. Longest units start
// first, so that a part of one is lost at the end.
static Cover cover_queries(const Job *job) {
    const AttentionShape *shape = job->shape;
    double tile = job->kernel->query_tile, cores = job->machine->cores;
    double query_tiles = machine_ceil(shape->q_len / tile);
    double prefix = shape->kv_len - shape->q_len;
    double longest = KEY_STEP * machine_ceil(shape->kv_len / KEY_STEP);
    if (shape->window > 0) {
        double before = WINDOW_KEY_STEP * machine_ceil((shape->window - 1) / WINDOW_KEY_STEP);
        longest = machine_min(longest, before + tile);
    }
    double growing = machine_floor((longest - prefix) / tile);
    growing = machine_max(machine_min(growing, query_tiles - 1), 0);
    double per_head = growing * (prefix + tile * (growing + 1) / 2);
    per_head += (query_tiles - growing) * longest;
    double heads = shape->sequences * shape->heads / shape->split;
    double keys = heads * per_head, units = heads * query_tiles;
    double walk = units > cores ? keys / cores + job->kernel->tail * longest : longest;
    walk = machine_max(walk, longest);
    double waves = machine_max(units / cores, 1);
    return (Cover){.pairs = walk * tile,
                   .all = keys * tile,
                   .wait_s = waves * job->unit_s + walk / KEY_TILE * job->kernel->tile_s,
                   .launches = 1};
}

// Fewer parts than this are not worth joining.
#define LEAST_PARTS 2

// Packed rows that walk the keys as fast as they are drawn; more are multiplied more slowly.
#define ROWS_FOR_FREE 64

// Into how many parts the keys of a unit are split: on idle cores at most, and no further than joining them pays, which
// goes by the root of the walk (Dao et al. 2023, "Flash-Decoding"). The chip's rates have no say in it, so that a faster
// chip is never slower.
static double parts_of(const Job *job, double whole, double tiles, double rows) {
    double parts = machine_min(job->machine->cores / whole, tiles);
    if (job->shape->unsplit || parts < LEAST_PARTS)
        return 1;
    double walk = tiles * job->dims * (1 + rows / ROWS_FOR_FREE);
    parts = machine_min(parts, sqrt(walk * job->kernel->split_ratio));
    return parts < LEAST_PARTS ? 1 : parts;
}

// Few queries: those of all heads that share keys are packed into one tile. Cores share the keys evenly: the measured
// decodes of 2023 and later show no cliff where units pass the number of cores beyond `tail` of one unit.
static Cover cover_keys(const Job *job) {
    const AttentionShape *shape = job->shape;
    const AttentionKernel *kernel = job->kernel;
    double cores = job->machine->cores;
    double packed = shape->q_len * shape->heads / shape->kv_heads;
    double tile = packed <= 2 * kernel->row_tile ? kernel->row_tile : ATTENTION_TILE;
    double row_tiles = machine_ceil(packed / tile);
    double rows = row_tiles > 1 ? tile : ROW_STEP * machine_ceil(packed / ROW_STEP);
    double tiles = machine_max(job->keys / shape->split / KEY_TILE, 1);
    double whole = shape->sequences * shape->kv_heads * row_tiles;
    double parts = parts_of(job, whole, tiles, rows);
    double units = whole * parts, waves = units / cores;
    waves = machine_max(waves + kernel->tail * (machine_ceil(waves) - waves), 1);
    double walk = waves * tiles / parts;
    double rows_s = kernel->row_s * machine_min(packed, tile) * job->dims;
    bool joined = parts > 1;
    return (Cover){.pairs = walk * KEY_TILE * rows,
                   .keys = walk * KEY_TILE,
                   .all = whole * tiles * KEY_TILE * rows,
                   .wait_s = waves * job->unit_s + walk * kernel->tile_s +
                             rows_s * (1 + (waves - 1) * LATER_ROWS) +
                             (joined ? parts * kernel->join_s : 0),
                   .launches = joined ? 1 + kernel->join_launches : 1};
}

// Bytes of a rank: keys and values that the cache holds, and queries in, outputs out (16 bit). A context-parallel rank
// holds its share of the keys of a decode; in prefill it gets all of them and has its share of the queries.
typedef struct Stream {
    double kv_values, bytes;
} Stream;

static Stream stream_of(const AttentionShape *shape, double keys, bool few) {
    double share = 1 / shape->split;
    double values = shape->sequences * keys * shape->kv_values * (few ? share : 1);
    double heads = shape->sequences * shape->q_len * shape->heads * (few ? 1 : share);
    return (Stream){values, values * format_weight_bytes(shape->kv) +
                                heads * (shape->qk_dim + shape->v_dim) * 2};
}

// A stream that is read again and again finds all of itself in the store as long as it is no longer than `kept` bytes,
// and nothing from a few times that.
#define MISSED_FROM 3

static double missed_share(double bytes, double kept) {
    double over = (bytes / kept - 1) / (MISSED_FROM - 1);
    return machine_min(machine_max(over, 0), 1);
}

static double memory_s(const Job *job, double bytes, double hbm_bytes) {
    const Machine *machine = job->machine;
    const AttentionKernel *kernel = job->kernel;
    double store_s = machine_max(machine->s_per_store_byte / kernel->memory_efficiency,
                                 machine->s_per_byte / kernel->core_share);
    return machine_max(hbm_bytes * machine->s_per_byte / kernel->memory_efficiency,
                       bytes * store_s);
}

static Job job_of(const Machine *machine, const AttentionKernel *kernel,
                  const AttentionShape *shape) {
    double dims = (shape->qk_dim + shape->v_dim) / USUAL_DIMS;
    double s_per_flop = machine->s_per_flop[attention_math(machine, kernel, shape->kv)];
    double keys = shape->kv_len;
    if (shape->window > 0)
        keys = machine_min(keys, shape->window + shape->q_len - 1);
    double pair_s = machine_max(machine->s_per_special, PAIR_FLOP * machine->s_per_vector_flop);
    double key_bytes = shape->kv_values / shape->kv_heads * format_weight_bytes(shape->kv);
    return (Job){
        .machine = machine,
        .kernel = kernel,
        .shape = shape,
        .keys = keys,
        .dims = dims,
        .flop_s = 2 * (shape->qk_dim + shape->v_dim) * s_per_flop * machine->cores /
                  (kernel->matrix_efficiency * kernel->softmax_efficiency),
        .pair_s = pair_s * machine->cores / kernel->vector_efficiency,
        .key_s = key_bytes * machine->s_per_byte * machine->cores / kernel->core_share,
        .unit_s = UNIT_LATENCIES * kernel->prologue_s * (1 + kernel->width_share * (dims - 1)),
    };
}

Math attention_math(const Machine *machine, const AttentionKernel *kernel, Format kv) {
    // A cache of 32 bit is multiplied in 32.
    if (FORMATS[kv].bits > 16 && machine->peak_flop_per_s[MATH_FP32] > 0)
        return MATH_FP32;
    bool narrow = FORMATS[kv].bits < 16 && kernel->narrow > 0.5;
    return narrow && machine->peak_flop_per_s[MATH_FP8] > 0 ? MATH_FP8 : machine->attention_math;
}

// Latencies that show and what the engines do not hide of each other, beyond the longest of them.
static double waiting_s(const Job *job, const OpCost *cost, double wait_s, double drawing_s,
                        bool few) {
    double engine_s = machine_max(machine_max(cost->matrix_s, cost->vector_s), drawing_s);
    double working_s = engine_s + wait_s, reading_s = cost->memory_s;
    // Queries come in before a unit of prefill and outputs leave after it; decode reads while it works.
    double hidden_s = machine_min(reading_s, few ? wait_s : working_s);
    return machine_max(reading_s, working_s) + job->kernel->stall * hidden_s -
           machine_max(engine_s, reading_s);
}

OpCost attention_cost(const Machine *machine, const Fit *fit, const AttentionShape *shape) {
    const AttentionKernel *kernel = &fit->constants.attention;
    Job job = job_of(machine, kernel, shape);
    bool few = attention_few(shape);
    Cover cover = few ? cover_keys(&job) : cover_queries(&job);
    Math math = attention_math(machine, kernel, shape->kv);

    Stream stream = stream_of(shape, job.keys, few);
    double hbm_bytes = stream.bytes;
    if (machine->warm_bytes > 0)
        hbm_bytes *= missed_share(stream.bytes, kernel->kept_share * machine->warm_bytes);
    double expand_flop = shape->expand_flop_per_token * shape->sequences *
                         machine_max(job.keys - shape->q_len, 0) / shape->split;
    bool converted = FORMATS[shape->kv].bits < 16 && math != MATH_FP8;
    double convert_flop = converted ? stream.kv_values : 0;
    double drawing_s = cover.keys * job.key_s;
    OpCost cost = {
        .matrix_s = cover.pairs * job.flop_s +
                    expand_flop * machine->s_per_flop[math] / kernel->matrix_efficiency,
        .vector_s = cover.pairs * job.pair_s +
                    convert_flop * machine->s_per_vector_flop / kernel->vector_efficiency,
        .memory_s = memory_s(&job, stream.bytes, hbm_bytes),
        .executed_flop = cover.all * 2 * (shape->qk_dim + shape->v_dim) + expand_flop,
        .hbm_bytes = hbm_bytes,
        .math = (int)math,
    };
    cost.overhead_s =
        cover.launches * kernel->launch_s + waiting_s(&job, &cost, cover.wait_s, drawing_s, few);
    cost.memory_s = machine_max(cost.memory_s, drawing_s);
    double bound_s = machine_max(cost.executed_flop * machine->s_per_flop[math],
                                 hbm_bytes * machine->s_per_byte);
    fit_apply(fit, machine,
              few ? (FitPoint){.at = {shape->sequences * shape->kv_heads, shape->kv_len,
                                shape->q_len * shape->heads / shape->kv_heads * shape->qk_dim}}
                  : (FitPoint){.at = {shape->sequences * shape->heads, shape->q_len, shape->qk_dim}},
              bound_s, &cost);
    return cost;
}
