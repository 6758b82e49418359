// attention.h — time of one attention kernel (fused softmax): prefill by query tiles, decode split over the keys.
//
//     flop     = 2 (qk_dim + v_dim) pairs, padded to query x key tiles of 128 (decode: 16 query rows)
//     specials = one exponential a pair
//     bytes    = cached keys and values once, queries, outputs
#ifndef SIM_ATTENTION_H
#define SIM_ATTENTION_H

#include "sim/machine.h"

#ifdef __cplusplus
extern "C" {
#endif

OpCost attention_cost(const Machine *machine, const AttentionShape *shape);

#ifdef __cplusplus
}
#endif
#endif
