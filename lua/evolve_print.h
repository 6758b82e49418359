// evolve_print.h — what an evolutionary search says at its end, beside what every sweep says.
#ifndef LUA_EVOLVE_PRINT_H
#define LUA_EVOLVE_PRINT_H

#include "search/sweep.h"
#include "sim/base/text.h"

// How the budget was spent. With `check` every point of the space is evaluated too, and the share of the frontier that the
// search found is added.
void evolve_print(const Sweep *sweep, const SweepRun *run, Text *out);

#endif
