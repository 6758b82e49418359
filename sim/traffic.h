// traffic.h — the memory traffic that a step cannot avoid: the numerator of MBU, over all chips.
//
// Per rank each weight that the step touches once (distinct experts only) however often chunks re-read it, each cached
// key and value once, each new one once. No activations, and nothing of drafting: a step that verifies guesses counts its own
// weights, for all of its tokens, and the cache of one.
#ifndef SIM_TRAFFIC_H
#define SIM_TRAFFIC_H

#include "arch/shard.h"
#include "sim/design.h"

#ifdef __cplusplus
extern "C" {
#endif

// Experts of a layer, over all copies, that some token takes when `sequences` (over all chips) bring `tokens` new tokens each.
double traffic_experts(const Design *design, double sequences, double tokens, bool decode);

// Weights (ranks: shard_layer of each layer kind; experts: traffic_experts) of one such step.
double traffic_weight_bytes(const Design *design, const RankParams ranks[], double sequences,
                            double tokens, double experts);

// Keys, values and states of one sequence at all ranks that hold a part of them, in a prefill of `queries` new tokens up to
// kv_len, or in as many decode steps of which the last has context kv_len: what is read of the cache and added to it.
double traffic_kv_bytes(const Design *design, double queries, double kv_len, bool decode);

#ifdef __cplusplus
}
#endif
#endif
