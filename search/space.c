#include "search/space.h"

#include <string.h>

// Stable, so that the order inside a part stays as written.
static void sort_axes(Space *space) {
    for (int i = 1; i < space->axis_count; i++) {
        Axis axis = space->axes[i];
        int place = i;
        for (; place > 0 && space->axes[place - 1].part > axis.part; place--)
            space->axes[place] = space->axes[place - 1];
        space->axes[place] = axis;
    }
}

bool space_finish(Space *space, Error *err) {
    sort_axes(space);
    int axis = 0;
    for (int part = 0; part < PART_COUNT; part++) {
        space->part_axes[part] = axis;
        while (axis < space->axis_count && space->axes[axis].part == (SpacePart)part)
            axis++;
    }
    space->part_axes[PART_COUNT] = axis;
    double points = 1;
    space->points = 1;
    for (int i = space->axis_count - 1; i >= 0; i--) {
        points *= space->axes[i].count;
        if (points > 0x1p53)
            return error_set(err, "the axes have more than 2^53 combinations");
        space->strides[i] = space->points;
        space->points *= space->axes[i].count;
    }
    return true;
}

Column space_column(const Space *space, int axis, Arena *arena) {
    const Axis *from = &space->axes[axis];
    Column column = {.name = from->name, .help = from->help};
    int texts = from->value_count;
    if (texts > 0 && from->values[0].text) {
        const char **words = arena_take(arena, (size_t)texts * sizeof *words);
        for (int i = 0; i < texts; i++)
            words[i] = from->values[i].text;
        column.kind = COLUMN_TEXT;
        column.words = words;
        column.word_count = texts;
        return column;
    }
    bool whole = from->field && (from->field->kind == FIELD_INT || from->field->kind == FIELD_BOOL);
    column.kind = whole ? COLUMN_INTEGER : COLUMN_REAL;
    return column;
}

bool space_plan_open(const Space *space) {
    static const char *const DEGREES[] = {"tp", "cp", "dp", "pp", "ep", "etp"};
    bool chips = space->request.chips > 1;
    if (request_has_degrees(&space->request))
        return false;
    for (int i = space->part_axes[PART_PLAN]; i < space->part_axes[PART_PLAN + 1]; i++) {
        const Axis *axis = &space->axes[i];
        for (size_t k = 0; k < sizeof DEGREES / sizeof DEGREES[0]; k++)
            if (!axis->field || strcmp(axis->field->name, DEGREES[k]) == 0)
                return false;
        chips |= strcmp(axis->field->name, "chips") == 0;
    }
    return chips;
}
