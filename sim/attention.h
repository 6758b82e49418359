// attention.h — time of one attention kernel (fused softmax): prefill by query tiles, decode split over the keys.
//
//     unit     = a query tile of a head (prefill), or a part of the keys for all heads that share them (decode)
//     flop     = 2 (qk_dim + v_dim) pairs, padded to query tiles and runs of 16 keys (decode: to 16 query rows)
//     specials = one exponential a pair, padding included
//     bytes    = cached keys and values once (for all query heads that share them), queries in, outputs out
//     time     = launches + max(memory, engines of the fullest core + latencies of its units) + what stalls
// Decode splits keys as far as joining the parts pays: the walk over the keys shortens with the parts, joining grows with
// them, and the time of a long sequence alone grows with the root of its length.
// Products run in 16 bit whatever the cache holds, which the vector unit converts, 1 FLOP a value, unless the profile's
// kernels multiply 8-bit caches as they are. Writing the new tokens' keys and values is an op of its own. Keys and values
// that MLA rebuilds for the prefix cost their flop here; the 16-bit copies count as the cache that is read, their writing
// does not.
#ifndef SIM_ATTENTION_H
#define SIM_ATTENTION_H

#include "sim/fit.h"

#ifdef __cplusplus
extern "C" {
#endif

// Rows that decode packs into a tile, and keys of a tile.
#define ATTENTION_TILE 128.0

// Few queries over many keys are packed over heads and split over the keys.
static inline bool attention_few(const AttentionShape *shape) {
    return shape->decode ||
           (shape->q_len < ATTENTION_TILE && shape->kv_len >= shape->q_len + ATTENTION_TILE);
}

// The arithmetic that multiplies, with a cache of that format.
Math attention_math(const Machine *machine, const AttentionKernel *kernel, Format kv);

OpCost attention_cost(const Machine *machine, const Fit *fit, const AttentionShape *shape);

#ifdef __cplusplus
}
#endif
#endif
