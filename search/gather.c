#include "search/gather.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/heap.h"

#define ROWS_ONCE 16384

typedef struct Place {
    int64_t id, row;
} Place;

struct Gather {
    int columns;
    Place *places;
    double *values;
    int64_t count, room;
    bool sorted;
    int64_t taken;
    // What was taken last.
    int64_t *ids;
    double *part;
};

Gather *gather_new(int columns) {
    Gather *gather = heap_resize(NULL, 1, sizeof *gather);
    *gather = (Gather){.columns = columns};
    gather->ids = heap_resize(NULL, ROWS_ONCE, sizeof *gather->ids);
    gather->part = heap_resize(NULL, (int64_t)ROWS_ONCE * columns, sizeof *gather->part);
    return gather;
}

void gather_free(Gather *gather) {
    if (!gather)
        return;
    free(gather->places);
    free(gather->values);
    free(gather->ids);
    free(gather->part);
    free(gather);
}

int64_t gather_count(const Gather *gather) {
    return gather->count;
}

void gather_add(Gather *gather, const Rows *rows) {
    if (gather->count + rows->count > gather->room) {
        gather->room = 2 * (gather->count + rows->count);
        gather->places = heap_resize(gather->places, gather->room, sizeof *gather->places);
        gather->values =
            heap_resize(gather->values, gather->room * gather->columns, sizeof *gather->values);
    }
    for (int i = 0; i < rows->count; i++)
        gather->places[gather->count + i] = (Place){rows->ids[i], gather->count + i};
    if (rows->count > 0)
        memcpy(gather->values + gather->count * gather->columns, rows->values,
               (size_t)rows->count * (size_t)gather->columns * sizeof *gather->values);
    gather->count += rows->count;
    gather->sorted = false;
}

static int by_id(const void *a, const void *b) {
    int64_t first = ((const Place *)a)->id, second = ((const Place *)b)->id;
    return (first > second) - (first < second);
}

Rows gather_take(Gather *gather) {
    if (!gather->sorted && gather->count > 0)
        qsort(gather->places, (size_t)gather->count, sizeof *gather->places, by_id);
    gather->sorted = true;
    int64_t left = gather->count - gather->taken;
    Rows rows = {gather->columns, left < ROWS_ONCE ? (int)left : ROWS_ONCE, gather->ids,
                 gather->part};
    for (int i = 0; i < rows.count; i++) {
        const Place *place = &gather->places[gather->taken + i];
        gather->ids[i] = place->id;
        memcpy(gather->part + (size_t)i * (size_t)gather->columns,
               gather->values + place->row * gather->columns,
               (size_t)gather->columns * sizeof *gather->part);
    }
    gather->taken += rows.count;
    if (rows.count == 0)
        gather->count = gather->taken = 0;
    return rows;
}
