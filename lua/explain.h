// explain.h — what explain prints of one design: op by op, its totals, its memory.
#ifndef LUA_EXPLAIN_H
#define LUA_EXPLAIN_H

#include "sim/base/text.h"
#include "sim/evaluate.h"

// chosen: how the program found the plan, to be printed behind it; NULL when it was given.
void explain_design(Text *out, const Design *design, const Metrics *metrics,
                    const Breakdown *breakdown, const char *chosen);

#endif
