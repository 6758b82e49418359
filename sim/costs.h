// costs.h — what a unit of work costs, remembered: in a sweep the same unit recurs in thousands of designs.
//
// A cost is found by all that it rests on: what does not change with the unit (chip, layers' shapes, degrees) enters as a
// hash, the unit itself number by number. A cost that is found is the one that was worked out, bit for bit.
#ifndef SIM_COSTS_H
#define SIM_COSTS_H

#include "arch/lower.h"
#include "sim/base/hash.h"
#include "sim/span.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PART_MATHS 4 // kinds of matrix arithmetic in one part

// Work of one part (a layer, the first or last stage's extra ops) for one unit, over all ranks of a stage.
typedef struct PartSums {
    double executed_flop, hbm_bytes, comm_bytes;
    double executed[PART_MATHS];
    double useful[PART_MATHS]; // per token, over all chips
    signed char maths[PART_MATHS];
    int math_count;
} PartSums;

typedef struct PartCost {
    Span span;
    PartSums sums;
} PartCost;

// One layer of each kind with its attention, and what first and last stage add.
typedef struct UnitCost {
    PartCost first, last;
    PartCost handoff; // between any two stages, where all boundaries are alike
    bool handoffs_alike;
    double experts_touched; // traffic_experts
    PartCost kinds[MODEL_KINDS];
} UnitCost;

typedef struct CostKey {
    Hash base;
    double sequences, all_sequences, tokens, useful, kv_len, batch;
} CostKey;

typedef struct CostEntry {
    CostKey key;
    bool last; // of its pair, the one that served last
    UnitCost cost;
} CostEntry;

// Over zeroed entries of the caller's, a power of two of them.
typedef struct Costs {
    CostEntry *entries;
    uint64_t mask; // entries - 1
    Hash base;
} Costs;

// The entry for a decode unit of a batch at kv_len; *known: it holds that cost, else the caller fills it in.
UnitCost *costs_find(Costs *costs, const UnitOfWork *unit, double batch, double kv_len,
                     bool *known);

// All of a model that the cost of a unit rests on: every number but that of its layers.
Hash costs_of_model(const Model *model);

// The same of a plan.
Hash costs_of_plan(const Plan *plan);

#ifdef __cplusplus
}
#endif
#endif
