// evaluator.h — evaluates many designs in a row, each a little different from the one before: what has not changed is
// kept, and the costs of units that recur are remembered.
//
// The metrics are those of evaluate(), bit for bit. An Evaluator holds no memory of its own: entries are the caller's.
#ifndef SIM_EVALUATOR_H
#define SIM_EVALUATOR_H

#include "sim/evaluate.h"
#include "sim/step.h"

#ifdef __cplusplus
extern "C" {
#endif

// Numbers that the caller moves whenever something in that part of the design has changed, never back to one that it had
// with other contents. Workload and the design's single numbers are compared.
typedef struct DesignVersions {
    uint64_t machine; // chip, system, kernel
    uint64_t model;
    uint64_t plan;
} DesignVersions;

typedef struct Evaluator {
    Step step;
    Costs costs;
    Hash model_hash;
    MemoryModel memory;
    int max_batch;
    double loss;
    bool extrapolated;
    // Of the design before.
    DesignVersions known;
    Workload workload;
    Formats formats;
    double routing_skew, hbm_reserve, training_tokens, training_flop;
} Evaluator;

// `count` zeroed entries, a power of two; NULL and 0: no costs are remembered. Versions begin at 1.
void evaluator_new(Evaluator *evaluator, CostEntry *entries, uint64_t count);

// The design must have passed design_check and stay where it is.
void evaluator_run(Evaluator *evaluator, const Design *design, const DesignVersions *versions,
                   Metrics *metrics);

#ifdef __cplusplus
}
#endif
#endif
