#include "search/share.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/heap.h"

#define BEYOND 0.1 // of the range: how far the reference lies behind the worst

typedef struct Set {
    ParetoPoint *points; // in the order of their ids
    int64_t count;
} Set;

static Set set_of(const Pareto *pareto) {
    Set set = {NULL, pareto ? pareto_count(pareto) : 0};
    set.points = heap_resize(NULL, set.count, sizeof *set.points);
    if (pareto)
        pareto_points(pareto, set.points);
    return set;
}

static const Pareto *same_group(const Frontier *frontier, const double values[], int count) {
    for (int i = 0; i < frontier_groups(frontier); i++) {
        const double *its;
        const Pareto *pareto = frontier_group(frontier, i, &its);
        bool same = true;
        for (int k = 0; k < count; k++)
            same &= its[k] == values[k];
        if (same)
            return pareto;
    }
    return NULL;
}

static void span_of(Set set, int objectives, double ideal[], double reference[]) {
    for (int k = 0; k < objectives; k++) {
        double low = (double)INFINITY, high = (double)-INFINITY;
        for (int64_t i = 0; i < set.count; i++) {
            low = fmin(low, set.points[i].objectives[k]);
            high = fmax(high, set.points[i].objectives[k]);
        }
        double range = high > low ? high - low : fabs(low) > 0 ? fabs(low) : 1;
        ideal[k] = low;
        reference[k] = high + BEYOND * range;
    }
}

static int64_t count_common(Set a, Set b) {
    int64_t common = 0;
    for (int64_t i = 0, k = 0; i < a.count && k < b.count;) {
        int64_t first = a.points[i].id, second = b.points[k].id;
        common += first == second;
        i += first <= second;
        k += second <= first;
    }
    return common;
}

Share share_of(const Frontier *found, const Frontier *whole, const Goal *goal) {
    Share share = {.least = 1, .groups = frontier_groups(whole)};
    int objectives = goal->objective_count;
    for (int i = 0; i < share.groups; i++) {
        const double *values;
        double ideal[PARETO_OBJECTIVES], reference[PARETO_OBJECTIVES];
        Set all = set_of(frontier_group(whole, i, &values));
        Set some = set_of(same_group(found, values, goal->group_count));
        span_of(all, objectives, ideal, reference);
        bool finite = true;
        for (int k = 0; k < objectives; k++)
            finite &= isfinite(ideal[k]) && isfinite(reference[k]);
        double part =
            finite ? pareto_hypervolume(some.points, some.count, objectives, ideal, reference) /
                         pareto_hypervolume(all.points, all.count, objectives, ideal, reference)
                   : (double)NAN;
        share.mean += part / share.groups;
        share.least = part < share.least || isnan(part) ? part : share.least;
        share.designs += all.count;
        share.found += count_common(some, all);
        free(all.points);
        free(some.points);
    }
    return share;
}
