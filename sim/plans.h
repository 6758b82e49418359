// plans.h — every legal plan of a design on its chips, and the best of them.
#ifndef SIM_PLANS_H
#define SIM_PLANS_H

#include "sim/evaluate.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct PlanScore {
    Plan plan;
    Metrics metrics;
    bool legal; // false: `why` says what forbids it
    char why[160];
} PlanScore;

// Walks all (tp, pp, dp, ep) with tp x dp x pp = chips: tp and ep over divisors, etp as plan arithmetic gives it.
// The visitor gets each with its metrics (legal ones) or the reason; returns false to stop.
typedef bool PlanVisit(void *context, const PlanScore *score);
void plans_each(const Design *design, int chips, PlanVisit *visit, void *context);

// Whether two reasons are the same but for the numbers in them.
bool plans_same_reason(const char *a, const char *b);

// The fastest plan that fits (least time_s; ties: fewest stages, then least tp); false when none fits: *plan is then
// the legal one that misses by least, and err says by how much; where none is legal (*plan is left alone), err says what
// forbids most of them.
bool plans_best(const Design *design, int chips, Plan *plan, Error *err);

#ifdef __cplusplus
}
#endif
#endif
