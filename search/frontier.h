// frontier.h — the designs that nothing beats, one exact set for each group, and the best of each objective.
#ifndef SEARCH_FRONTIER_H
#define SEARCH_FRONTIER_H

#include "search/worker.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Frontier Frontier;

// frontier_free frees it.
Frontier *frontier_new(const Goal *goal);
void frontier_free(Frontier *frontier);

void frontier_insert(Frontier *frontier, const Candidate *candidate);

// Points of all groups together.
int64_t frontier_count(const Frontier *frontier);

// Ids of all groups, in order; room for frontier_count of them.
void frontier_ids(const Frontier *frontier, int64_t ids[]);

// The set of a group and, if asked for, the values that all in it share.
const Pareto *frontier_group(const Frontier *frontier, int group, const double **values);

// The best point of an objective in a group (ties: by the other objectives, then the lowest id); -1 in an empty one.
// Groups are numbered in the order of their values.
int frontier_groups(const Frontier *frontier);
int64_t frontier_best(const Frontier *frontier, int group, int objective);

#ifdef __cplusplus
}
#endif
#endif
