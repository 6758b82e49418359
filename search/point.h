// point.h — one point of a space as a design; moving to a neighbour rebuilds only what has changed.
#ifndef SEARCH_POINT_H
#define SEARCH_POINT_H

#include "search/space.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Point Point;

// What a script's functions give; `thread` is the caller's own state of that thread. `element` of a list, from 0; *none:
// the list is shorter. false: the function failed, which ends the sweep.
typedef struct PointHooks {
    void *thread;
    bool (*value)(void *thread, int axis, const Point *point, int element, AxisValue *value,
                  bool *none, Error *err);
    // *part: the innermost part that the answer rests on
    bool (*where)(void *thread, const Point *point, bool *keep, SpacePart *part, Error *err);
} PointHooks;

typedef enum PointFate {
    POINT_READY,
    POINT_VOID,     // digits past the end of a list
    POINT_ILLEGAL,  // no design: err says why
    POINT_FILTERED, // a bound or function of `where`: *bound says which, -1 the function
    POINT_BROKEN    // a script's function failed: err says how
} PointFate;

// Degrees that do not multiply out fail whatever the model: what was found of each combination of the plan's axes.
typedef struct PlanMemo {
    bool known, good;
    Plan plan;
    char what[160];
} PlanMemo;

struct Point {
    const Space *space;
    PointHooks hooks;
    int64_t id; // -1: nowhere yet
    int digits[SPACE_AXES];
    double numbers[SPACE_AXES]; // what the row holds for each axis
    const AxisValue *chosen[SPACE_AXES];
    AxisValue computed[SPACE_AXES]; // by functions
    Request request;
    Chip chip; // where a field of it is an axis; else the design points to the catalogue
    System system;
    Model model;
    Design design;
    bool no_room; // batch = "max" found that not one sequence fits; the design has a batch of 1
    // Counters that move whenever the part is rebuilt: what was worked out from the part before is then stale.
    uint64_t versions[PART_COUNT];
    bool stale[PART_COUNT]; // to be rebuilt
    bool asked;             // `where` passed with the parts up to asked_part as they are
    SpacePart asked_part;
    int bound;      // see POINT_FILTERED
    PlanMemo *memo; // of every combination; NULL: they are too many, or functions
    int64_t memo_count;
};

// point_end frees what it holds.
void point_new(Point *point, const Space *space, PointHooks hooks);
void point_end(Point *point);

// Moves to a point. *alike: how many ids from `id` on share a fate other than POINT_READY.
PointFate point_seek(Point *point, int64_t id, int64_t *alike, Error *err);

#ifdef __cplusplus
}
#endif
#endif
