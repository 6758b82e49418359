#include "search/frontier.h"

#include <stdlib.h>
#include <string.h>

#include "search/ids.h"
#include "sim/base/heap.h"

typedef struct FrontierGroup {
    double values[GOAL_GROUPS];
    Pareto *pareto;
} FrontierGroup;

struct Frontier {
    const Goal *goal;
    FrontierGroup *groups; // sorted by their values
    int count, capacity;
    int last; // group met last
};

Frontier *frontier_new(const Goal *goal) {
    Frontier *frontier = heap_resize(NULL, 1, sizeof *frontier);
    *frontier = (Frontier){.goal = goal};
    return frontier;
}

void frontier_free(Frontier *frontier) {
    if (!frontier)
        return;
    for (int i = 0; i < frontier->count; i++)
        pareto_free(frontier->groups[i].pareto);
    free(frontier->groups);
    free(frontier);
}

static int compare(const Frontier *frontier, const double a[], const double b[]) {
    for (int i = 0; i < frontier->goal->group_count; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

static FrontierGroup *group_of(Frontier *frontier, const double values[]) {
    if (frontier->last < frontier->count &&
        compare(frontier, frontier->groups[frontier->last].values, values) == 0)
        return &frontier->groups[frontier->last];
    int low = 0, high = frontier->count;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (compare(frontier, frontier->groups[middle].values, values) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    frontier->last = low;
    if (low < frontier->count && compare(frontier, frontier->groups[low].values, values) == 0)
        return &frontier->groups[low];
    if (frontier->count == frontier->capacity) {
        frontier->capacity = frontier->capacity ? 2 * frontier->capacity : 16;
        frontier->groups =
            heap_resize(frontier->groups, 1, (size_t)frontier->capacity * sizeof *frontier->groups);
    }
    FrontierGroup *group = &frontier->groups[low];
    memmove(group + 1, group, (size_t)(frontier->count++ - low) * sizeof *group);
    memcpy(group->values, values, sizeof group->values);
    group->pareto = pareto_new(frontier->goal->objective_count, frontier->goal->epsilon);
    return group;
}

void frontier_insert(Frontier *frontier, const Candidate *candidate) {
    pareto_insert(group_of(frontier, candidate->group)->pareto, &candidate->point);
}

int64_t frontier_count(const Frontier *frontier) {
    int64_t count = 0;
    for (int i = 0; i < frontier->count; i++)
        count += pareto_count(frontier->groups[i].pareto);
    return count;
}

static ParetoPoint *points_of(const FrontierGroup *group, int64_t *count) {
    *count = pareto_count(group->pareto);
    ParetoPoint *points = heap_resize(NULL, 1, (size_t)*count * sizeof *points);
    pareto_points(group->pareto, points);
    return points;
}

void frontier_ids(const Frontier *frontier, int64_t ids[]) {
    int64_t filled = 0, count;
    for (int i = 0; i < frontier->count; i++) {
        ParetoPoint *points = points_of(&frontier->groups[i], &count);
        for (int64_t p = 0; p < count; p++)
            ids[filled++] = points[p].id;
        free(points);
    }
    ids_sort(ids, filled);
}

int frontier_groups(const Frontier *frontier) {
    return frontier->count;
}

const Pareto *frontier_group(const Frontier *frontier, int group, const double **values) {
    if (values)
        *values = frontier->groups[group].values;
    return frontier->groups[group].pareto;
}

// By that objective, then the others in turn, then the id.
static bool is_better(const Goal *goal, int objective, const ParetoPoint *a, const ParetoPoint *b) {
    for (int i = 0; i < goal->objective_count; i++) {
        int k = i == 0 ? objective : i <= objective ? i - 1 : i;
        if (a->objectives[k] != b->objectives[k])
            return a->objectives[k] < b->objectives[k];
    }
    return a->id < b->id;
}

int64_t frontier_best(const Frontier *frontier, int group, int objective) {
    int64_t count, best = -1;
    ParetoPoint *points = points_of(&frontier->groups[group], &count);
    const ParetoPoint *leader = NULL;
    for (int64_t i = 0; i < count; i++)
        if (!leader || is_better(frontier->goal, objective, &points[i], leader))
            leader = &points[i];
    if (leader)
        best = leader->id;
    free(points);
    return best;
}
