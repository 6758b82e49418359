// ranking.h — all plans of a design on its chips, ranked: what explain --plan all prints.
#ifndef LUA_RANKING_H
#define LUA_RANKING_H

#include "sim/base/text.h"
#include "sim/plans.h"

// Plans of a design, ranked: those that fit by time, then those that do not by what is missing, then illegal ones.
typedef struct Ranking {
    PlanScore *scores; // owned; ranking_free
    int count, capacity;
    int fitting;
} Ranking;

void ranking_of(const Design *design, int chips, Ranking *ranking);
void ranking_free(Ranking *ranking);

// As a table, illegal plans gathered by what forbids them; and as {"plans":[...]}, each by itself.
void ranking_text(Text *out, const Design *design, int chips, const Ranking *ranking);
void ranking_json(Text *out, const Ranking *ranking);

#endif
