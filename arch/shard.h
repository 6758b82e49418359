// shard.h — how many parameters of the network one rank holds, by the format that stores them.
#ifndef ARCH_SHARD_H
#define ARCH_SHARD_H

#include "arch/plan.h"
#include "arch/workload.h"

#ifdef __cplusplus
extern "C" {
#endif

// Parameters of one layer on the fullest rank of a stage.
typedef struct RankParams {
    double linear;  // projections and feed-forward, in the weights' format
    double experts; // routed experts, in the weights' format
    double half;    // router, norms, biases, in 16 bit
} RankParams;

// Rules: heads and widths divide by tp (rounded up), KV heads below tp are replicated, MLA's down projections are on
// every rank, experts ceil(E/ep) a rank with their width over etp; shared experts divide by tp where the experts do
// (etp = tp, ep = 1), else every rank holds them whole.
RankParams shard_layer(const Model *model, const Plan *plan, int kind);

// Heads of a state layer on a rank: value heads over tp, key heads below tp replicated.
typedef struct StateHeads {
    double keys, values;
} StateHeads;

// Groups of heads whose output passes o_rank dimensions together, on a rank.
double shard_output_groups(const Model *model, const Plan *plan);

StateHeads shard_state_heads(const Model *model, const Plan *plan);

// Values that one token leaves in the cache of one layer of a kind on a rank, and bytes of state (kept in fp32) that one
// sequence keeps there.
#define SHARD_STATE_BYTES 4.0
double shard_kv_values(const Model *model, const Plan *plan, const LayerKind *kind);
double shard_state_bytes(const Model *model, const Plan *plan, const LayerKind *kind);

// Input embedding, and output head, on a rank: rows over tp. A tied head costs nothing where the embedding is (pp = 1).
double shard_embedding(const Model *model, const Plan *plan);
double shard_head(const Model *model, const Plan *plan);

// The norm before the head, on every rank of the last stage.
double shard_final_norm(const Model *model);

// Multi-token-prediction modules that a workload's draft keeps on the last stage, each with a layer of the network's last
// kind and a cache of its own; and what one of them holds beside its layer: projection and norms, in 16 bit on every
// rank. They share the head, and with pp > 1 bring a copy of the embedding to the last stage.
int shard_draft_layers(const Model *model, const Workload *work);
int shard_draft_kind(const Model *model);
double shard_draft_edge(const Model *model, const Plan *plan, int modules);

// Whether tokens are owned by single ranks inside expert layers (dispatch and combine, or experts replicated over tp), so
// that shared experts are not split.
bool shard_owned(const Plan *plan);

// Experts on the fullest rank: ceil(E/ep).
double shard_experts(const Model *model, const Plan *plan);

// Copies of the experts that have work, and the tokens that one of them serves on average, when `sequences` (over all dp
// groups) bring `tokens` each. In decode every cp rank runs all tokens, unless they are owned.
typedef struct ExpertLoad {
    double copies, tokens;
} ExpertLoad;

ExpertLoad shard_expert_load(const Plan *plan, double sequences, double tokens, bool decode);

#ifdef __cplusplus
}
#endif
#endif
