#include "search/rank.h"

#include <math.h>
#include <stdlib.h>

#include "sim/base/heap.h"

// Those of one group that meet the limits, sorted by their objectives; `front[f]` is the last one put into front f, and
// `before[i]` the one put there before i, -1 for none.
typedef struct Fronts {
    int *front, *before;
    int count;
} Fronts;

static int by_value(const double a[], const double b[], int count) {
    for (int i = 0; i < count; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

static int by_id(const Individual *a, const Individual *b) {
    return (a->id > b->id) - (a->id < b->id);
}

// By group (designs that were never evaluated have none and come last), then violation, then objectives. Unused groups and
// objectives are 0.
static int by_group(const void *x, const void *y) {
    const Individual *a = x, *b = y;
    if (a->outcome.evaluated != b->outcome.evaluated)
        return a->outcome.evaluated ? -1 : 1;
    int order = by_value(a->outcome.group, b->outcome.group, GOAL_GROUPS);
    order = order ? order : by_value(&a->outcome.violation, &b->outcome.violation, 1);
    order =
        order ? order : by_value(a->outcome.objectives, b->outcome.objectives, PARETO_OBJECTIVES);
    return order ? order : by_id(a, b);
}

static int by_rank_and_key(const void *x, const void *y) {
    const Individual *a = x, *b = y;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return by_id(a, b);
}

static int by_fitness(const void *x, const void *y) {
    const Individual *a = x, *b = y;
    return rank_fitter(a, b) ? -1 : rank_fitter(b, a) ? 1 : by_id(a, b);
}

bool rank_fitter(const Individual *a, const Individual *b) {
    return a->rank < b->rank || (a->rank == b->rank && a->crowding > b->crowding);
}

// Whether a, which is not behind b in the order of objectives, beats it.
static bool beats(const Individual *a, const Individual *b, int objectives) {
    for (int i = 0; i < objectives; i++)
        if (a->outcome.objectives[i] > b->outcome.objectives[i])
            return false;
    return by_value(a->outcome.objectives, b->outcome.objectives, objectives) != 0;
}

static bool front_beats(const Fronts *fronts, int front, const Individual list[], int i,
                        int objectives) {
    for (int other = fronts->front[front]; other >= 0; other = fronts->before[other])
        if (beats(&list[other], &list[i], objectives))
            return true;
    return false;
}

// Each joins the first front none of which beats it, found by bisection: who is beaten by a front is beaten by all before
// it.
static int find_fronts(Individual list[], int count, int objectives) {
    Fronts fronts = {heap_take((size_t)count, sizeof(int)), heap_take((size_t)count, sizeof(int)),
                     0};
    for (int i = 0; i < count; i++) {
        int low = 0, high = fronts.count;
        while (low < high) {
            int middle = low + (high - low) / 2;
            if (front_beats(&fronts, middle, list, i, objectives))
                low = middle + 1;
            else
                high = middle;
        }
        if (low == fronts.count)
            fronts.front[fronts.count++] = -1;
        fronts.before[i] = fronts.front[low];
        fronts.front[low] = i;
        list[i].rank = low;
    }
    free(fronts.front);
    free(fronts.before);
    return fronts.count;
}

// What one objective adds to the distances of a front, which is sorted by it.
static void add_distances(Individual front[], int count) {
    double range = front[count - 1].key - front[0].key;
    front[0].crowding = front[count - 1].crowding = (double)INFINITY;
    for (int i = 1; i + 1 < count && range > 0 && isfinite(range); i++)
        front[i].crowding += (front[i + 1].key - front[i - 1].key) / range;
}

static void crowd(Individual list[], int count, int objectives) {
    for (int i = 0; i < count; i++)
        list[i].crowding = 0;
    for (int k = 0; k < objectives; k++) {
        for (int i = 0; i < count; i++)
            list[i].key = list[i].outcome.objectives[k];
        qsort(list, (size_t)count, sizeof *list, by_rank_and_key);
        for (int first = 0, next; first < count; first = next) {
            for (next = first + 1; next < count && list[next].rank == list[first].rank;)
                next++;
            add_distances(list + first, next - first);
        }
    }
}

// A group, sorted: those that meet the limits, then those that do not, each distance a rank of its own.
static void rank_group(Individual list[], int count, int objectives) {
    int good = 0;
    while (good < count && list[good].outcome.violation == 0)
        good++;
    int rank = find_fronts(list, good, objectives);
    for (int i = good; i < count; i++) {
        bool same = i > good && list[i].outcome.violation == list[i - 1].outcome.violation;
        list[i].rank = same ? list[i - 1].rank : rank++;
        list[i].crowding = 0;
    }
    crowd(list, good, objectives);
}

void rank_sort(Individual list[], int count, const Goal *goal) {
    qsort(list, (size_t)count, sizeof *list, by_group);
    int evaluated = 0, next;
    while (evaluated < count && list[evaluated].outcome.evaluated)
        evaluated++;
    for (int first = 0; first < evaluated; first = next) {
        const double *group = list[first].outcome.group;
        for (next = first + 1;
             next < evaluated && by_value(list[next].outcome.group, group, GOAL_GROUPS) == 0;)
            next++;
        rank_group(list + first, next - first, goal->objective_count);
    }
    // What is no design at all comes after every rank that a design can have.
    for (int i = evaluated; i < count; i++) {
        list[i].rank = count + i;
        list[i].crowding = 0;
    }
    qsort(list, (size_t)count, sizeof *list, by_fitness);
}
