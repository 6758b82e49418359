#include "sim/attention.h"

#define TILE ATTENTION_TILE

// Latencies from load to multiplication that a unit of work cannot hide: queries, keys, softmax, values, sums, output.
#define UNIT_LATENCIES 6

// Key tiles that a core works on at once: the products of one run beside the softmax of the other.
#define TILES_IN_FLIGHT 2

// Vector arithmetic a pair beside its exponential: scale and subtract the maximum, the running maximum, the sum.
#define PAIR_FLOP 4

// Work of the fullest core and of all cores, in tiles of TILE keys by `rows` queries.
typedef struct Cover {
    double rows;     // of a query tile
    double tiles;    // on the chip
    double makespan; // on the core that ends last
    double units;    // pieces of work that cores take
    double launches; // a split over the keys is joined by a second kernel
} Cover;

// Long queries: each query tile of each head is a unit and walks the keys up to its own diagonal, whose tiles are
// computed whole. Longest units start first, so that half of one is lost at the end.
static Cover cover_queries(const AttentionShape *shape, double cores) {
    double query_tiles = machine_ceil(shape->q_len / TILE);
    double prefix_tiles = machine_ceil((shape->kv_len - shape->q_len) / TILE);
    double longest = prefix_tiles + query_tiles, window = longest;
    if (shape->window > 0)
        window = machine_min(longest, 1 + machine_ceil((shape->window - 1) / TILE));
    double growing = machine_min(machine_max(window - prefix_tiles, 0), query_tiles);
    double per_head =
        growing * (prefix_tiles + (growing + 1) / 2) + (query_tiles - growing) * window;
    double heads = shape->sequences * shape->heads / shape->split;
    double tiles = heads * per_head, units = heads * query_tiles;
    double makespan = units > cores ? tiles / cores + window / 2 : window;
    return (Cover){TILE, tiles, machine_max(makespan, window), units, 1};
}

// Few queries: those of all heads that share keys are packed into one tile, and the keys are dealt to as many cores as
// are idle (Dao et al. 2023, "Flash-Decoding").
static Cover cover_keys(const AttentionShape *shape, double keys, double cores) {
    double packed = shape->q_len * shape->heads / shape->kv_heads;
    double row_tiles = machine_ceil(packed / TILE);
    double rows = row_tiles > 1 ? TILE : 16 * machine_ceil(packed / 16);
    double key_tiles = machine_ceil(keys / shape->split / TILE);
    double whole = shape->sequences * shape->kv_heads * row_tiles;
    double parts = machine_min(machine_floor(cores / whole), key_tiles);
    parts = machine_max(parts, 1);
    double part_tiles = machine_ceil(key_tiles / parts);
    double units = whole * parts;
    double waves = machine_ceil(units / cores);
    return (Cover){rows, units * part_tiles, waves * part_tiles, units, parts > 1 ? 2 : 1};
}

// Bytes of a rank: keys and values that the cache holds, and queries in, outputs out (16 bit). A context-parallel rank
// holds its share of the keys of a decode; in prefill it gets all of them and has its share of the queries.
typedef struct Stream {
    double kv_values, kv_bytes, query_bytes;
} Stream;

static Stream stream_of(const AttentionShape *shape, double keys, bool few) {
    double share = 1 / shape->split;
    double values = shape->sequences * keys * shape->kv_values * (few ? share : 1);
    double heads = shape->sequences * shape->q_len * shape->heads * (few ? 1 : share);
    return (Stream){values, values * format_weight_bytes(shape->kv),
                    heads * (shape->qk_dim + shape->v_dim) * 2};
}

static double memory_s(const Machine *machine, const AttentionKernel *kernel, const Stream *stream,
                       const Cover *cover, double waves, double *hbm_bytes) {
    *hbm_bytes = (stream->kv_bytes > machine->warm_bytes ? stream->kv_bytes : 0) +
                 (stream->query_bytes > machine->warm_bytes ? stream->query_bytes : 0);
    double bytes = stream->kv_bytes + stream->query_bytes;
    double full = (waves - 1) * machine->cores;
    double drawing = machine_max(cover->units - full, machine->cores / kernel->core_share);
    return machine_max(*hbm_bytes * machine->s_per_byte, bytes * machine->s_per_store_byte) *
           (full + drawing) / (cover->units * kernel->memory_efficiency);
}

OpCost attention_cost(const Machine *machine, const Fit *fit, const AttentionShape *shape) {
    const AttentionKernel *kernel = &fit->constants.attention;
    double cores = machine->cores, keys = shape->kv_len;
    if (shape->window > 0)
        keys = machine_min(keys, shape->window + shape->q_len - 1);
    bool few = shape->decode || shape->q_len < TILE;
    Cover cover = few ? cover_keys(shape, keys, cores) : cover_queries(shape, cores);
    double waves = machine_ceil(cover.units * machine->cores_inverse);
    // Short units hide half of their latencies behind the next unit's.
    double latencies = UNIT_LATENCIES * (few ? (waves + 1) / 2 : waves);

    double tile_pairs = cover.rows * TILE;
    double tile_flop = tile_pairs * 2 * (shape->qk_dim + shape->v_dim);
    double flop_s = machine->s_per_flop[machine->attention_math] / kernel->matrix_efficiency;
    double tile_s = machine_max(tile_flop * flop_s * cores / kernel->softmax_efficiency,
                                kernel->prologue_s / TILES_IN_FLIGHT);
    double expand_flop = shape->expand_flop_per_token * shape->sequences *
                         machine_max(keys - shape->q_len, 0) / shape->split;

    Stream stream = stream_of(shape, keys, few);
    double convert_flop = FORMATS[shape->kv].bits < 16 ? stream.kv_values : 0;
    double pair_s = machine_max(machine->s_per_special, PAIR_FLOP * machine->s_per_vector_flop) /
                    kernel->vector_efficiency;
    OpCost cost = {
        .matrix_s = cover.makespan * tile_s + expand_flop * flop_s + latencies * kernel->prologue_s,
        .vector_s = cover.makespan * tile_pairs * pair_s * cores +
                    convert_flop * machine->s_per_vector_flop / kernel->vector_efficiency,
        .overhead_s = cover.launches * kernel->launch_s,
        .executed_flop = cover.tiles * tile_flop + expand_flop,
        .math = (int)machine->attention_math,
    };
    cost.memory_s = memory_s(machine, kernel, &stream, &cover, waves, &cost.hbm_bytes);
    double bound_s =
        machine_max(cover.tiles * tile_flop * machine->s_per_flop[machine->attention_math],
                    cost.hbm_bytes * machine->s_per_byte);
    fit_apply(fit, machine,
              (FitPoint){
                  {shape->sequences * shape->kv_heads, shape->kv_len, shape->q_len}
    },
              bound_s, &cost);
    return cost;
}
