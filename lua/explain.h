// explain.h — what explain prints: a design op by op, its totals, its memory; and the ranking of plans.
#ifndef LUA_EXPLAIN_H
#define LUA_EXPLAIN_H

#include "sim/base/text.h"
#include "sim/plans.h"

// chosen: how the program found the plan, to be printed behind it; NULL when it was given.
void explain_design(Text *out, const Design *design, const Metrics *metrics,
                    const Breakdown *breakdown, const char *chosen);

// Plans of a design, ranked: those that fit by time, then those that do not by what is missing, then illegal ones.
typedef struct Ranking {
    PlanScore *scores; // owned; ranking_free
    int count, capacity;
    int fitting;
} Ranking;

void ranking_of(const Design *design, int chips, Ranking *ranking);
void ranking_free(Ranking *ranking);
void explain_ranking(Text *out, const Design *design, int chips, const Ranking *ranking);

#endif
