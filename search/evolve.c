#include "search/evolve.h"

#include <stdlib.h>
#include <string.h>

#include "search/crew.h"
#include "search/genes.h"
#include "search/ids.h"
#include "search/rank.h"
#include "search/seen.h"
#include "sim/base/heap.h"

#define LOCAL_CHANCE 0.5 // of a child: a step from the frontier
#define CROSS_CHANCE 0.9 // of the others: two parents
#define RENEWALS     8   // further changes to a child that was tried before
#define REPAIRS      4   // of a child that is no design
#define READ_POINTS  512 // of the frontier: with each so many it is read a generation less often
#define BARREN       100 // ids tried for each design of the budget before the search gives up
#define BARREN_LEAST 300000

struct Evolution {
    Evolve settings;
    const Space *space;
    const Goal *goal;
    Genes genes;
    Random random;
    Seen *seen;
    Crew *crew;
    EvolveCounts counts;
    Individual *pool; // survivors, then children
    int survivors, pool_count;
    // The ids last tried, in order, and what they gave.
    int64_t *ids;
    Outcome *outcomes;
    int id_count;
    int repairs;       // rounds of this generation
    int64_t *frontier; // as it was when it was last read
    int64_t frontier_count, frontier_room;
};

Evolution *evolution_new(const Evolve *settings, const Space *space, const Goal *goal,
                         Worker *const workers[], int threads) {
    Evolution *evolution = heap_resize(NULL, 1, sizeof *evolution);
    memset(evolution, 0, sizeof *evolution);
    evolution->settings = *settings;
    evolution->space = space;
    evolution->goal = goal;
    genes_of(&evolution->genes, space);
    evolution->random.state = (uint64_t)settings->seed;
    evolution->seen = seen_new();
    evolution->crew = crew_new(goal, workers, threads, settings->population);
    int64_t population = settings->population;
    evolution->pool = heap_resize(NULL, 2 * population, sizeof *evolution->pool);
    evolution->ids = heap_resize(NULL, population, sizeof *evolution->ids);
    evolution->outcomes = heap_resize(NULL, population, sizeof *evolution->outcomes);
    return evolution;
}

void evolution_free(Evolution *evolution) {
    if (!evolution)
        return;
    crew_free(evolution->crew);
    seen_free(evolution->seen);
    free(evolution->pool);
    free(evolution->ids);
    free(evolution->outcomes);
    free(evolution->frontier);
    free(evolution);
}

EvolveCounts evolution_counts(const Evolution *evolution) {
    return evolution->counts;
}

static bool is_exhausted(const Evolution *evolution) {
    return seen_count(evolution->seen) == evolution->space->points;
}

// Adds the id to those to be tried, or what is left of it after changes when it was tried before. The space must not be
// exhausted.
static void add_id(Evolution *evolution, int64_t id) {
    for (int i = 0; i < RENEWALS && seen_has(evolution->seen, id); i++)
        id = genes_mutate(&evolution->genes, id, &evolution->random);
    if (seen_has(evolution->seen, id))
        id = genes_random(&evolution->genes, &evolution->random);
    while (!seen_add(evolution->seen, id))
        id = (id + 1) % evolution->space->points;
    evolution->ids[evolution->id_count++] = id;
}

// The fitter of two drawn at random; survivors stand in the order of their fitness.
static const Individual *tournament(Evolution *evolution) {
    int a = random_below(&evolution->random, evolution->survivors);
    int b = random_below(&evolution->random, evolution->survivors);
    return &evolution->pool[a < b ? a : b];
}

static int64_t breed(Evolution *evolution) {
    const Genes *genes = &evolution->genes;
    Random *random = &evolution->random;
    if (evolution->frontier_count > 0 && random_chance(random, LOCAL_CHANCE)) {
        int64_t place = random_below(random, (int)evolution->frontier_count);
        return genes_step(genes, evolution->frontier[place], random);
    }
    if (evolution->survivors == 0)
        return genes_random(genes, random);
    int64_t id = tournament(evolution)->id;
    if (random_chance(random, CROSS_CHANCE))
        id = genes_cross(genes, id, tournament(evolution)->id, random);
    return genes_mutate(genes, id, random);
}

// How many children the budget allows.
static int children(const Evolution *evolution) {
    int64_t left = evolution->settings.budget - evolution->counts.evaluated;
    return left < evolution->settings.population ? (int)left : evolution->settings.population;
}

// A large frontier takes as long to read as a generation to evaluate, and changes little in one: every few will do.
static void read_frontier(Evolution *evolution, const Frontier *frontier) {
    int64_t count = frontier_count(frontier);
    if (count == 0 || evolution->counts.generations % (1 + count / READ_POINTS) != 0)
        return;
    if (count > evolution->frontier_room) {
        evolution->frontier_room = 2 * count;
        evolution->frontier =
            heap_resize(evolution->frontier, evolution->frontier_room, sizeof *evolution->frontier);
    }
    evolution->frontier_count = count;
    frontier_ids(frontier, evolution->frontier);
}

static void begin_generation(Evolution *evolution, const Frontier *frontier) {
    rank_sort(evolution->pool, evolution->pool_count, evolution->goal);
    if (evolution->pool_count > evolution->settings.population)
        evolution->pool_count = evolution->settings.population;
    evolution->survivors = evolution->pool_count;
    read_frontier(evolution, frontier);
    evolution->counts.generations++;
    evolution->repairs = evolution->id_count = 0;
}

static void add_children(Evolution *evolution) {
    int count = children(evolution);
    if (evolution->counts.tried == 0) {
        int64_t *first = heap_resize(NULL, count, sizeof *first);
        genes_spread(&evolution->genes, first, count, &evolution->random);
        for (int i = 0; i < count && !is_exhausted(evolution); i++)
            add_id(evolution, first[i]);
        free(first);
        return;
    }
    for (int i = 0; i < count && !is_exhausted(evolution); i++)
        add_id(evolution, breed(evolution));
}

// Takes the ids last tried into the pool but for those that are worth another try: these are replaced by what repairs make of
// them. Whether there are any.
static bool add_repairs(Evolution *evolution) {
    int tried = evolution->id_count;
    bool again = evolution->repairs++ < REPAIRS;
    evolution->id_count = 0;
    for (int i = 0; i < tried; i++) {
        const Outcome *outcome = &evolution->outcomes[i];
        int64_t id = evolution->ids[i];
        if (!outcome->evaluated && again && !is_exhausted(evolution)) {
            evolution->counts.repaired++;
            add_id(evolution,
                   genes_repair(&evolution->genes, id, outcome->part, &evolution->random));
        } else {
            evolution->pool[evolution->pool_count++] = (Individual){.id = id, .outcome = *outcome};
        }
    }
    return evolution->id_count > 0;
}

int evolution_next(Evolution *evolution, const Frontier *frontier, Block *const **blocks) {
    EvolveCounts *counts = &evolution->counts;
    double patience = (double)evolution->settings.budget * BARREN;
    counts->barren = (double)counts->tried > (patience > BARREN_LEAST ? patience : BARREN_LEAST);
    bool more = add_repairs(evolution);
    counts->exhausted = is_exhausted(evolution);
    if (!more) {
        if (children(evolution) == 0 || counts->exhausted || counts->barren)
            return 0;
        begin_generation(evolution, frontier);
        add_children(evolution);
    }
    // In the order of ids neighbours share work.
    ids_sort(evolution->ids, evolution->id_count);
    int used = crew_evaluate(evolution->crew, evolution->ids, evolution->id_count,
                             evolution->outcomes, blocks);
    counts->tried += evolution->id_count;
    for (int i = 0; i < used; i++)
        counts->evaluated += (*blocks)[i]->counts[COUNT_EVALUATED];
    return used;
}
