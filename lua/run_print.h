// run_print.h — what a sweep says at its end: counts, why points fell, the frontier as a table and as a plot of text.
#ifndef LUA_RUN_PRINT_H
#define LUA_RUN_PRINT_H

#include "lua/sweep_script.h"
#include "sim/base/text.h"

typedef struct RunSummary {
    const char *name;
    const char *output; // NULL: nothing was stored
    int threads;
    double seconds;
    int64_t points; // of this run
} RunSummary;

// The whole summary; rows of the frontier are evaluated again.
void run_print(const RunSummary *summary, SweepRun *run, const Space *space, const Goal *goal,
               Text *out);

// How long it took, which differs from run to run: for standard error.
void run_rate(const RunSummary *summary, const SweepState *state, Text *out);

#endif
