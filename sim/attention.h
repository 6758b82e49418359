// attention.h — time of one attention kernel (fused softmax): prefill by query tiles, decode split over the keys.
//
//     flop     = 2 (qk_dim + v_dim) pairs, padded to query x key tiles of 128 (decode: 16 query rows)
//     specials = one exponential a pair, padding included
//     bytes    = cached keys and values once (for all query heads that share them), queries in, outputs out
// Products run in 16 bit whatever the cache holds; a narrower cache is converted by the vector unit, 1 FLOP a value.
// Writing the new tokens' keys and values is an op of its own. Keys and values that MLA rebuilds for the prefix cost
// their flop here; the 16-bit copies count as the cache that is read, their writing does not.
#ifndef SIM_ATTENTION_H
#define SIM_ATTENTION_H

#include "sim/fit.h"

#ifdef __cplusplus
extern "C" {
#endif

// Queries of a tile; fewer are packed over heads.
#define ATTENTION_TILE 128.0

OpCost attention_cost(const Machine *machine, const Fit *fit, const AttentionShape *shape);

#ifdef __cplusplus
}
#endif
#endif
