// evolve.h — an evolutionary search for the frontier of a space too large to visit whole.
//
//     survivors ── tournament, crossover, mutation ──┐
//     frontier so far ── a step along one axis ──────┴─> children ── threads ──> outcomes ── rank.h ──> survivors
//
// NSGA-II (see rank.h) on the digits of the axes (genes.h), beside a Pareto local search (Paquete, Chiarandini and Stuetzle,
// 2004) on all that the frontier holds, not only on what the population has room for. No id is tried twice. Children that
// are no designs are repaired a few times. What comes out depends on the settings alone, not on the number of threads.
#ifndef SEARCH_EVOLVE_H
#define SEARCH_EVOLVE_H

#include "search/frontier.h"

#ifdef __cplusplus
extern "C" {
#endif

#define EVOLVE_BUDGET     10000000
#define EVOLVE_POPULATION 65536
#define EVOLVE_CHECK      2000000 // points that may be searched whole to check the result

typedef struct Evolve {
    int budget;     // designs that are evaluated, at most
    int population; // survivors of a generation, and children
    int seed;
    bool check; // search the whole space too, and compare
} Evolve;

typedef struct EvolveCounts {
    int64_t tried;     // ids, those among them that are no designs
    int64_t evaluated; // of them
    int64_t repaired;  // fell before they were evaluated and were tried again changed
    int64_t generations;
    bool exhausted; // every point of the space was tried
    bool barren;    // too few designs were found among what was tried
} EvolveCounts;

typedef struct Evolution Evolution;

// The workers are used during evolution_next only. evolution_free frees it.
Evolution *evolution_new(const Evolve *settings, const Space *space, const Goal *goal,
                         Worker *const workers[], int threads);
void evolution_free(Evolution *evolution);

// Tries more points: returns how many blocks they gave, in their order; 0 when the budget is spent or nothing is left to
// try. `frontier`: of all blocks so far. The blocks are valid until the next call; after a failed one comes no other call.
int evolution_next(Evolution *evolution, const Frontier *frontier, Block *const **blocks);

EvolveCounts evolution_counts(const Evolution *evolution);

#ifdef __cplusplus
}
#endif
#endif
