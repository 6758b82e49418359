// space.h — everything that a sweep may vary: axes, and the numbering of their combinations.
//
//     script ── lua/space_reader.c ──> Space ── point_seek(id) ──> Point (a Design) ── evaluate ──> Metrics
//
// A point is an index: mixed-radix digits over the axes, the last axis fastest. Axes stand in the order of the parts they
// belong to (chip, system, model, formats, plan, workload), so that neighbours share chip and network. An axis is a list
// of values, or a function of the axes before it: one that gives a value has one digit only, one that gives a list
// declares the greatest length; digits past its end are void.
#ifndef SEARCH_SPACE_H
#define SEARCH_SPACE_H

#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/request.h"
#include "sim/rows.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SPACE_AXES   32
#define SPACE_BOUNDS 32

typedef enum SpacePart {
    PART_CHIP,
    PART_SYSTEM,
    PART_MODEL,
    PART_FORMATS,
    PART_PLAN,
    PART_WORKLOAD,
    PART_COUNT
} SpacePart;

typedef struct AxisValue {
    double number;    // what rows hold: base units, or the index among the axis' texts
    const char *text; // NULL: a number
    const void
        *object; // of a whole part: Chip, System, Model, Formats, SpaceDegrees, Request (workload)
} AxisValue;

// One element of all_plans: the degrees of a plan.
typedef struct SpaceDegrees {
    int chips, tp, cp, pp, ep;
} SpaceDegrees;

typedef struct Axis {
    const char *name; // the column's
    const char *help;
    SpacePart part;
    const Field *field;      // NULL: the whole part
    size_t offset;           // of the struct that holds the field, inside the part's
    bool times;              // values multiply the base's
    bool reals;              // some value is no whole number
    int count;               // digits
    const AxisValue *values; // of a function: the texts that it may give, if any
    int value_count;
    int function; // -1: none
    bool list;    // the function gives a list
} Axis;

// What can be asked of a design before it is evaluated, see quantity.h.
typedef struct Quantity {
    const char *name;
    SpacePart part;  // whose member it is
    SpacePart known; // it is settled with this part; an open plan is with the workload
    int axis;        // -1: a member of the design
    const Field *field;
    size_t offset; // of the struct that holds the field, inside the part's
} Quantity;

// A limit of `where`; -INFINITY, INFINITY: open on that side.
typedef struct Limit {
    Quantity quantity;
    double min, max;
} Limit;

typedef struct Space {
    Axis axes[SPACE_AXES];
    int axis_count;
    int64_t strides[SPACE_AXES];
    int64_t points;
    int part_axes[PART_COUNT + 1]; // axes of part p: [part_axes[p], part_axes[p + 1])
    // What stands where no axis says otherwise; a system of NULL is the chip's own, whose name is looked up in `catalog`.
    const Chip *chip;
    const System *system;
    const Model *model;
    Request request;
    const Engine *engine;
    const Catalog *catalog;
    bool peak_given; // a derive gives peaks, which then do not follow the matrix unit
    Limit where[SPACE_BOUNDS];
    int where_count;
    bool where_function;
} Space;

// Puts the axes in the order of their parts, numbers the points. An error when they are more than 2^53.
bool space_finish(Space *space, Error *err);

// Whether the degrees of some point are left open: its plan is then found when the workload is known.
bool space_plan_open(const Space *space);

// The column of an axis; words go into the arena.
Column space_column(const Space *space, int axis, Arena *arena);

#ifdef __cplusplus
}
#endif
#endif
