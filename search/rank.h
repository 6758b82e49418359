// rank.h — who of a population survives: NSGA-II's ranks and crowding distances, in every group for itself.
//
// Deb, Pratap, Agarwal and Meyarivan, "A fast and elitist multiobjective genetic algorithm: NSGA-II", 2002. Designs that
// meet the limits come in fronts, each beaten only by those before it; those that miss them come after, by how far they
// miss (constrained domination). Fronts are found one design at a time in the order of the first objective (Zhang, Tian,
// Cheng and Jin, "An efficient approach to nondominated sorting", 2015).
#ifndef SEARCH_RANK_H
#define SEARCH_RANK_H

#include "search/worker.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Individual {
    int64_t id;
    Outcome outcome;
    int rank;        // 0 is best
    double crowding; // distance to the neighbours in its front; INFINITY at the ends
    double key;      // scratch
} Individual;

// Ranks all and puts the fittest first: by rank, the lonelier first, then by id. The result does not depend on the order in
// which they come.
void rank_sort(Individual list[], int count, const Goal *goal);

// Whether a is fitter than b, both ranked.
bool rank_fitter(const Individual *a, const Individual *b);

#ifdef __cplusplus
}
#endif
#endif
