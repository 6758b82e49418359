// sweep_count.h — how many points a sweep has, what takes them away in a sample, and how long it will take.
#ifndef LUA_SWEEP_COUNT_H
#define LUA_SWEEP_COUNT_H

#include "lua/sweep_script.h"

// Prints it; returns the exit code.
int sweep_count(SweepScript *const scripts[], int threads);

#endif
