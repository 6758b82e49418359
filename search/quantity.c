#include "search/quantity.h"

#include <math.h>
#include <string.h>

#include "arch/shape.h"
#include "sim/base/text.h"

#define INT(of, key)                                                                               \
    { .name = #key, .kind = FIELD_INT, .offset = offsetof(of, key) }
#define NUMBER(of, key)                                                                            \
    { .name = #key, .kind = FIELD_NUMBER, .offset = offsetof(of, key) }

// Settled numbers of plan and workload, whatever of them was given.
static const Field PLAN_FIELDS[] = {
    INT(Plan, chips),      INT(Plan, tp),    INT(Plan, cp),
    INT(Plan, dp),         INT(Plan, pp),    INT(Plan, ep),
    INT(Plan, etp),        INT(Plan, chunk), INT(Plan, micro_batches),
    NUMBER(Plan, overlap),
};
static const Field WORKLOAD_FIELDS[] = {
    INT(Workload, batch),   INT(Workload, prompt), INT(Workload, prefix),
    INT(Workload, context), INT(Workload, output), INT(Workload, draft),
};
static const Field MODEL_COUNTS[] = {
    NUMBER(Model, params),
    NUMBER(Model, active_params),
};

typedef struct QuantitySource {
    SpacePart part;
    const Field *fields;
    int count;
} QuantitySource;

static const QuantitySource SOURCES[] = {
    {PART_PLAN,     PLAN_FIELDS,     FIELD_COUNT(PLAN_FIELDS)    },
    {PART_WORKLOAD, WORKLOAD_FIELDS, FIELD_COUNT(WORKLOAD_FIELDS)},
    {PART_MODEL,    MODEL_COUNTS,    FIELD_COUNT(MODEL_COUNTS)   },
};
#define SOURCE_COUNT ((int)(sizeof SOURCES / sizeof SOURCES[0]))

// The name of the whole chip, system or model.
static const Field NAMES[] = {
    {.name = "chip",   .kind = FIELD_TEXT, .offset = offsetof(Chip,   name)},
    {.name = "system", .kind = FIELD_TEXT, .offset = offsetof(System, name)},
    {.name = "model",  .kind = FIELD_TEXT, .offset = offsetof(Model,  name)},
};

static const Field *among(const Field fields[], int count, const char *name) {
    for (int i = 0; i < count; i++)
        if (strcmp(fields[i].name, name) == 0)
            return &fields[i];
    return NULL;
}

static bool find(const Space *space, const char *name, Quantity *quantity) {
    *quantity = (Quantity){.name = name, .axis = -1};
    for (int i = 0; i < SOURCE_COUNT; i++) {
        quantity->part = SOURCES[i].part;
        if ((quantity->field = among(SOURCES[i].fields, SOURCES[i].count, name)))
            return true;
    }
    for (int i = 0; i < space->axis_count; i++) {
        if (strcmp(space->axes[i].name, name) != 0)
            continue;
        quantity->axis = i;
        quantity->part = space->axes[i].part;
        return true;
    }
    for (int i = 0; i < 3; i++) {
        if (strcmp(NAMES[i].name, name) != 0)
            continue;
        quantity->field = &NAMES[i];
        quantity->part = (SpacePart)(PART_CHIP + i);
        return true;
    }
    Error none;
    quantity->part = PART_MODEL;
    quantity->field = shape_field(name, &quantity->offset, &none);
    return quantity->field && quantity->field->kind != FIELD_SECTION &&
           quantity->field->kind != FIELD_LIST;
}

bool quantity_find(const Space *space, const char *name, Quantity *quantity, Error *err) {
    if (find(space, name, quantity)) {
        bool late = quantity->part == PART_PLAN && quantity->axis < 0 && space_plan_open(space);
        quantity->known = late ? PART_WORKLOAD : quantity->part;
        return true;
    }
    Nearest nearest = {0};
    const char *known;
    for (int i = 0; (known = quantity_name(space, i)); i++)
        nearest_offer(&nearest, name, known);
    Error model;
    size_t offset;
    shape_field(name, &offset, &model);
    error_set(err, "a design has no '%.60s'", name);
    if (nearest.best)
        return error_hint(err, "did you mean '%s'?", nearest.best);
    return model.hint[0] ? error_hint(err, "%s", model.hint) : false;
}

static const void *part_of(SpacePart part, const Design *design) {
    switch (part) {
    case PART_CHIP:
        return design->chip;
    case PART_SYSTEM:
        return design->system;
    case PART_MODEL:
        return design->model;
    case PART_PLAN:
        return &design->plan;
    default:
        return &design->workload;
    }
}

bool quantity_is_text(const Space *space, const Quantity *quantity) {
    if (quantity->axis < 0)
        return quantity->field->kind == FIELD_TEXT;
    const Axis *axis = &space->axes[quantity->axis];
    return axis->value_count > 0 && axis->values[0].text;
}

double quantity_number(const Quantity *quantity, const Point *point) {
    if (quantity->axis >= 0)
        return point->numbers[quantity->axis];
    const char *part = part_of(quantity->part, &point->design);
    return field_number(quantity->field, part + quantity->offset);
}

const char *quantity_text(const Quantity *quantity, const Point *point) {
    if (quantity->axis >= 0)
        return point->chosen[quantity->axis]->text;
    const Field *field = quantity->field;
    const char *part = part_of(quantity->part, &point->design);
    const char *at = part + quantity->offset + field->offset;
    if (field->kind == FIELD_WORD)
        return field->words[*(const int *)(const void *)at];
    return field->kind == FIELD_TEXT ? *(const char *const *)(const void *)at : NULL;
}

const char *quantity_name(const Space *space, int index) {
    if (index < space->axis_count)
        return space->axes[index].name;
    index -= space->axis_count;
    for (int i = 0; i < SOURCE_COUNT; i++) {
        if (index < SOURCES[i].count)
            return SOURCES[i].fields[index].name;
        index -= SOURCES[i].count;
    }
    return index < 3 ? NAMES[index].name : NULL;
}
