#include "search/pareto.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "search/ndtree.h"
#include "sim/base/heap.h"

#define RECENT   8
#define NONE     UINT32_MAX
#define REPORTED UINT32_MAX

_Static_assert(PARETO_OBJECTIVES == NDTREE_AXES, "an axis for each objective");

// Points whose coordinates are equal are one entry of the tree: it has the first one's number, the others follow.
typedef struct Member {
    int64_t id;
    uint32_t twin;      // the next one with these coordinates, or the next free number
    uint32_t joined_at; // its place in `joined`, or REPORTED
} Member;

typedef struct Ids {
    int64_t *ids;
    int64_t count, capacity;
} Ids;

struct Pareto {
    int objectives;
    double box_width; // of the logarithm; 0: the coordinates are the objectives
    double box_shift; // makes the boxes of positive numbers positive
    NdTree *tree;
    Member *members;
    double *values; // with boxes: the members' objectives
    int64_t member_count, member_capacity, standing;
    uint32_t free; // the first free number below member_count
    // Coordinates that beat a point lately, the last first. Those that have left beat whatever they did before: what
    // beat them does.
    double recent[RECENT][PARETO_OBJECTIVES];
    int recent_count;
    uint32_t *joined; // the numbers of members not reported yet
    int64_t joined_count, joined_capacity;
    Ids left, report;
};

// The array with room for one more.
static void *with_room(void *array, int64_t count, int64_t *capacity, size_t bytes) {
    if (count < *capacity)
        return array;
    *capacity = *capacity ? 2 * *capacity : 64;
    return heap_resize(array, 1, (size_t)*capacity * bytes);
}

Pareto *pareto_new(int objectives, double epsilon) {
    assert(objectives >= 1 && objectives <= PARETO_OBJECTIVES && epsilon >= 0);
    Pareto *pareto = heap_resize(NULL, 1, sizeof *pareto);
    *pareto = (Pareto){.objectives = objectives, .free = NONE, .tree = ndtree_new(objectives)};
    if (epsilon > 0) {
        pareto->box_width = log1p(epsilon);
        pareto->box_shift = 1 - floor(log(DBL_TRUE_MIN) / pareto->box_width);
    }
    return pareto;
}

void pareto_free(Pareto *pareto) {
    if (!pareto)
        return;
    ndtree_free(pareto->tree);
    free(pareto->members);
    free(pareto->values);
    free(pareto->joined);
    free(pareto->left.ids);
    free(pareto->report.ids);
    free(pareto);
}

// --- coordinates

// The number of the box that holds x: 0 holds zero alone.
static double box(const Pareto *pareto, double x) {
    if (x == 0 || isinf(x))
        return x;
    return copysign(floor(log(fabs(x)) / pareto->box_width) + pareto->box_shift, x);
}

static void coordinates_of(const Pareto *pareto, const ParetoPoint *point, double coordinates[]) {
    for (int k = 0; k < pareto->objectives; k++) {
        double x = point->objectives[k];
        assert(!isnan(x));
        coordinates[k] = (pareto->box_width > 0 ? box(pareto, x) : x) + 0.0; // -0 becomes 0
    }
}

static bool is_equal(const double a[], const double b[], int objectives) {
    for (int k = 0; k < objectives; k++)
        if (a[k] != b[k])
            return false;
    return true;
}

static bool is_beaten(const double a[], const double by[], int objectives) {
    for (int k = 0; k < objectives; k++)
        if (by[k] > a[k])
            return false;
    return !is_equal(a, by, objectives);
}

// Below 0, 0 or above 0, as the first is less than the second, equal or greater: by the objectives in turn.
static int compare_values(const double a[], const double b[], int objectives) {
    for (int k = 0; k < objectives; k++)
        if (a[k] != b[k])
            return a[k] < b[k] ? -1 : 1;
    return 0;
}

// --- members

static void ids_add(Ids *list, int64_t id) {
    list->ids = with_room(list->ids, list->count, &list->capacity, sizeof *list->ids);
    list->ids[list->count++] = id;
}

static uint32_t member_new(Pareto *pareto) {
    uint32_t member = pareto->free;
    if (member != NONE) {
        pareto->free = pareto->members[member].twin;
        return member;
    }
    if (pareto->member_count == NONE)
        heap_fail();
    int64_t capacity = pareto->member_capacity;
    pareto->members = with_room(pareto->members, pareto->member_count, &pareto->member_capacity,
                                sizeof *pareto->members);
    if (pareto->box_width > 0 && pareto->member_capacity > capacity)
        pareto->values = heap_resize(pareto->values, 1,
                                     (size_t)pareto->member_capacity * (size_t)pareto->objectives *
                                         sizeof(double));
    return (uint32_t)pareto->member_count++;
}

static double *member_values(const Pareto *pareto, uint32_t member) {
    return pareto->values + (int64_t)member * pareto->objectives;
}

static void member_join(Pareto *pareto, uint32_t member, const ParetoPoint *point) {
    pareto->joined = with_room(pareto->joined, pareto->joined_count, &pareto->joined_capacity,
                               sizeof *pareto->joined);
    pareto->members[member] =
        (Member){.id = point->id, .twin = NONE, .joined_at = (uint32_t)pareto->joined_count};
    pareto->joined[pareto->joined_count++] = member;
    pareto->standing++;
    if (pareto->box_width > 0)
        for (int k = 0; k < pareto->objectives; k++)
            member_values(pareto, member)[k] = point->objectives[k] + 0.0;
}

// The number is not free yet.
static void member_leave(Pareto *pareto, uint32_t member) {
    Member *leaving = &pareto->members[member];
    pareto->standing--;
    if (leaving->joined_at == REPORTED) {
        ids_add(&pareto->left, leaving->id);
        return;
    }
    uint32_t last = pareto->joined[--pareto->joined_count];
    pareto->joined[leaving->joined_at] = last;
    pareto->members[last].joined_at = leaving->joined_at;
}

static void entry_leave(Pareto *pareto, uint32_t member) {
    while (member != NONE) {
        uint32_t twin = pareto->members[member].twin;
        member_leave(pareto, member);
        pareto->members[member].twin = pareto->free;
        pareto->free = member;
        member = twin;
    }
}

// --- insertion

static void recent_put(Pareto *pareto, int place, const double coordinates[]) {
    double first[PARETO_OBJECTIVES];
    memcpy(first, coordinates, (size_t)pareto->objectives * sizeof *first);
    memmove(pareto->recent[1], pareto->recent[0], (size_t)place * sizeof pareto->recent[0]);
    memcpy(pareto->recent[0], first, sizeof first);
}

// Which recent one beats these coordinates; -1: none.
static int recent_beats(const Pareto *pareto, const double coordinates[]) {
    for (int i = 0; i < pareto->recent_count; i++)
        if (is_beaten(coordinates, pareto->recent[i], pareto->objectives))
            return i;
    return -1;
}

// Whether the one that stands for its box is before the point.
static bool holds_box(const Pareto *pareto, uint32_t member, const ParetoPoint *point) {
    int order =
        compare_values(member_values(pareto, member), point->objectives, pareto->objectives);
    return order < 0 || (order == 0 && pareto->members[member].id <= point->id);
}

static bool insert_twin(Pareto *pareto, uint32_t first, const ParetoPoint *point) {
    if (pareto->box_width > 0) {
        if (holds_box(pareto, first, point))
            return false;
        member_leave(pareto, first);
        member_join(pareto, first, point);
        return true;
    }
    uint32_t member = member_new(pareto);
    member_join(pareto, member, point);
    pareto->members[member].twin = pareto->members[first].twin;
    pareto->members[first].twin = member;
    return true;
}

bool pareto_insert(Pareto *pareto, const ParetoPoint *point) {
    double coordinates[PARETO_OBJECTIVES];
    coordinates_of(pareto, point, coordinates);
    int recent = recent_beats(pareto, coordinates);
    if (recent >= 0) {
        if (recent > 0)
            recent_put(pareto, recent, pareto->recent[recent]);
        return false;
    }
    uint32_t member;
    const double *below = ndtree_below(pareto->tree, coordinates, &member);
    if (below && is_equal(below, coordinates, pareto->objectives))
        return insert_twin(pareto, member, point);
    if (below) {
        if (pareto->recent_count < RECENT)
            pareto->recent_count++;
        recent_put(pareto, pareto->recent_count - 1, below);
        return false;
    }
    const uint32_t *beaten;
    int64_t beaten_count = ndtree_take_above(pareto->tree, coordinates, &beaten);
    for (int64_t i = 0; i < beaten_count; i++)
        entry_leave(pareto, beaten[i]);
    member = member_new(pareto);
    member_join(pareto, member, point);
    ndtree_add(pareto->tree, coordinates, member);
    return true;
}

bool pareto_beats(const Pareto *pareto, const ParetoPoint *point) {
    double coordinates[PARETO_OBJECTIVES];
    coordinates_of(pareto, point, coordinates);
    if (recent_beats(pareto, coordinates) >= 0)
        return true;
    uint32_t member;
    const double *below = ndtree_below(pareto->tree, coordinates, &member);
    if (below && is_equal(below, coordinates, pareto->objectives))
        return pareto->box_width > 0 && holds_box(pareto, member, point);
    return below != NULL;
}

// --- reading

int64_t pareto_count(const Pareto *pareto) {
    return pareto->standing;
}

typedef struct Points {
    const Pareto *pareto;
    ParetoPoint *points;
    int64_t count;
} Points;

static void points_add(void *context, const double coordinates[], uint32_t member) {
    Points *list = context;
    const Pareto *pareto = list->pareto;
    const double *values = pareto->box_width > 0 ? member_values(pareto, member) : coordinates;
    for (; member != NONE; member = pareto->members[member].twin) {
        ParetoPoint *point = &list->points[list->count++];
        *point = (ParetoPoint){.id = pareto->members[member].id};
        memcpy(point->objectives, values, (size_t)pareto->objectives * sizeof *values);
    }
}

static int by_id(const void *a, const void *b) {
    const ParetoPoint *one = a, *other = b;
    if (one->id != other->id)
        return one->id < other->id ? -1 : 1;
    return compare_values(one->objectives, other->objectives, PARETO_OBJECTIVES);
}

void pareto_points(const Pareto *pareto, ParetoPoint *points) {
    Points list = {.pareto = pareto, .points = points};
    ndtree_each(pareto->tree, points_add, &list);
    assert(list.count == pareto->standing);
    if (list.count > 0)
        qsort(points, (size_t)list.count, sizeof *points, by_id);
}

static int ascending(const void *a, const void *b) {
    int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;
    return (one > other) - (one < other);
}

static void ids_sort(Ids *list) {
    if (list->count > 0)
        qsort(list->ids, (size_t)list->count, sizeof *list->ids, ascending);
}

ParetoChanges pareto_changes(Pareto *pareto) {
    pareto->report.count = 0;
    for (int64_t i = 0; i < pareto->joined_count; i++) {
        Member *member = &pareto->members[pareto->joined[i]];
        member->joined_at = REPORTED;
        ids_add(&pareto->report, member->id);
    }
    pareto->joined_count = 0;
    ids_sort(&pareto->report);
    ids_sort(&pareto->left);
    ParetoChanges changes = {.joined = pareto->report.ids,
                             .left = pareto->left.ids,
                             .joined_count = pareto->report.count,
                             .left_count = pareto->left.count};
    pareto->left.count = 0; // the ids stay in place until the next one leaves
    return changes;
}
