// hypervolume.c — pareto_hypervolume, after While, Bradstreet and Barone, "A fast way of calculating exact
// hypervolumes", 2012: the volume of a front is the sum of what each point adds to those after it.
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "search/pareto.h"
#include "sim/base/heap.h"

// A point as the box it dominates, measured from the reference.
typedef struct Gain {
    double on[PARETO_OBJECTIVES];
    double key; // what it is sorted by
} Gain;

typedef struct Front {
    Gain *gains;
    int64_t count;
} Front;

static int by_key(const void *a, const void *b) {
    double one = ((const Gain *)a)->key, other = ((const Gain *)b)->key;
    return (one > other) - (one < other);
}

static void front_sort(Front front, int axis) {
    for (int64_t i = 0; i < front.count; i++)
        front.gains[i].key = front.gains[i].on[axis];
    qsort(front.gains, (size_t)front.count, sizeof *front.gains, by_key);
}

static bool covers(const Gain *gain, const Gain *other, int axes) {
    for (int k = 0; k < axes; k++)
        if (gain->on[k] < other->on[k])
            return false;
    return true;
}

// Adds the gain unless another covers it; those that it covers go.
static void front_add(Front *front, const Gain *gain, int axes) {
    for (int64_t i = 0; i < front->count; i++)
        if (covers(&front->gains[i], gain, axes))
            return;
    int64_t kept = 0;
    for (int64_t i = 0; i < front->count; i++)
        if (!covers(gain, &front->gains[i], axes))
            front->gains[kept++] = front->gains[i];
    front->gains[kept++] = *gain;
    front->count = kept;
}

// A staircase, from its greatest step on axis 1 to the least.
static double area(Front front) {
    double sum = 0, reached = 0;
    front_sort(front, 1);
    for (int64_t i = front.count - 1; i >= 0; i--)
        if (front.gains[i].on[0] > reached) {
            sum += (front.gains[i].on[0] - reached) * front.gains[i].on[1];
            reached = front.gains[i].on[0];
        }
    return sum;
}

// rooms[axes]: where the fronts of that many axes are made. In the order of the last axis a point reaches no further on
// it than all those after it, so that what it adds is a volume on the axes before, times this one.
static double volume(Front front, int axes, Gain *const rooms[]) {
    double sum = 0;
    if (axes == 1) {
        for (int64_t i = 0; i < front.count; i++)
            sum = fmax(sum, front.gains[i].on[0]);
        return sum;
    }
    if (axes == 2)
        return area(front);
    front_sort(front, axes - 1);
    for (int64_t i = 0; i < front.count; i++) {
        const Gain *gain = &front.gains[i];
        Front rest = {.gains = rooms[axes - 1]};
        double alone = 1;
        for (int k = 0; k < axes - 1; k++)
            alone *= gain->on[k];
        for (int64_t j = i + 1; j < front.count; j++) {
            Gain shared = {.key = 0};
            for (int k = 0; k < axes - 1; k++)
                shared.on[k] = fmin(gain->on[k], front.gains[j].on[k]);
            front_add(&rest, &shared, axes - 1);
        }
        sum += gain->on[axes - 1] * (alone - volume(rest, axes - 1, rooms));
    }
    return sum;
}

double pareto_hypervolume(const ParetoPoint *points, int64_t count, int objectives,
                          const double ideal[], const double reference[]) {
    assert(objectives >= 1 && objectives <= PARETO_OBJECTIVES);
    Gain *rooms[PARETO_OBJECTIVES + 1] = {0};
    for (int axes = 1; axes <= objectives; axes++)
        rooms[axes] = heap_resize(NULL, count + 1, sizeof(Gain));
    Front front = {.gains = rooms[objectives]};
    for (int64_t i = 0; i < count; i++) {
        Gain gain = {.key = 0};
        bool counts = true;
        for (int k = 0; k < objectives; k++) {
            assert(ideal[k] < reference[k] && !isnan(points[i].objectives[k]));
            double x = fmax(points[i].objectives[k], ideal[k]);
            gain.on[k] = (reference[k] - x) / (reference[k] - ideal[k]);
            counts = counts && gain.on[k] > 0;
        }
        if (counts)
            front.gains[front.count++] = gain;
    }
    double sum = volume(front, objectives, rooms);
    for (int axes = 1; axes <= objectives; axes++)
        free(rooms[axes]);
    return sum;
}
