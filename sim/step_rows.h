// step_rows.h — sums over ops, and the rows of the table that explain prints.
#ifndef SIM_STEP_ROWS_H
#define SIM_STEP_ROWS_H

#include <assert.h>

#include "sim/step.h"

#ifdef __cplusplus
extern "C" {
#endif

static inline void step_sums_clear(PartSums *sums) {
    sums->executed_flop = sums->hbm_bytes = sums->comm_bytes = 0;
    sums->math_count = 0;
}

// One run of an op enters the sums of its part, over all ranks of the stage.
static inline void step_tally(const Step *step, const Op *op, const OpCost *cost, PartSums *sums) {
    double worked = step->stage_ranks * op->balance, touched = step->stage_ranks * op->touch;
    bool by_load = op->kind == OP_ATTENTION || op->kind == OP_SCAN || op->kind == OP_ELEMENTWISE;
    sums->hbm_bytes += cost->hbm_bytes * (by_load ? worked : touched);
    sums->comm_bytes += cost->comm_bytes * (op->kind == OP_DISPATCH ? worked : touched);
    double executed = cost->executed_flop * worked;
    sums->executed_flop += executed;
    if (cost->math < 0)
        return;
    int slot = 0;
    while (slot < sums->math_count && sums->maths[slot] != cost->math)
        slot++;
    if (slot == sums->math_count) {
        assert(slot < PART_MATHS); // no part has so many
        sums->maths[slot] = (signed char)cost->math;
        sums->executed[slot] = sums->useful[slot] = 0;
        sums->math_count++;
    }
    sums->executed[slot] += executed;
    sums->useful[slot] += op->token_flop;
}

// "dense layer", "expert layer", ...
const char *step_kind_name(const LayerKind *kind);

// The engine that takes longest.
double step_longest_s(const OpCost *cost);

// How many ops of the same name come before.
int step_ordinal(const Op ops[], int index);

// The row of that op, told apart from one of the same name in the same layer by its place (`ordinal`), made where it is
// new; NULL when the table is full.
BreakdownRow *step_row(Step *step, const char *where, const Op *op, const OpCost *cost, int ordinal,
                       double layers);

// Adds an op that runs `layers` x `units` times to its row; flop: its useful work over all chips and times.
void step_note(Step *step, const char *where, const Op *op, const OpCost *cost, int ordinal,
               double layers, double units, double flop);

// Sets the useful FLOP of an attention's row.
void step_row_flop(Step *step, Phase phase, const char *where, const char *name, double flop);

#ifdef __cplusplus
}
#endif
#endif
