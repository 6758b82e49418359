#include "search/seen.h"

#include <stdlib.h>

#include "sim/base/heap.h"

// Open addressing, at most half full; an empty place holds -1.
struct Seen {
    int64_t *places;
    uint64_t mask; // places - 1, a power of two
    int64_t count;
};

static int64_t *empty(uint64_t places) {
    int64_t *list = heap_resize(NULL, (int64_t)places, sizeof *list);
    for (uint64_t i = 0; i < places; i++)
        list[i] = -1;
    return list;
}

Seen *seen_new(void) {
    Seen *seen = malloc(sizeof *seen);
    if (!seen)
        abort();
    *seen = (Seen){empty(1024), 1023, 0};
    return seen;
}

void seen_free(Seen *seen) {
    if (seen)
        free(seen->places);
    free(seen);
}

// Where the id stands, or would.
static int64_t *place_of(const Seen *seen, int64_t id) {
    uint64_t hash =
        (uint64_t)id * UINT64_C(0x9e3779b97f4a7c15); // Fibonacci hashing (Knuth, volume 3, 6.4)
    uint64_t at = (hash ^ (hash >> 32)) & seen->mask;
    while (seen->places[at] >= 0 && seen->places[at] != id)
        at = (at + 1) & seen->mask;
    return &seen->places[at];
}

bool seen_has(const Seen *seen, int64_t id) {
    return *place_of(seen, id) == id;
}

static void grow(Seen *seen) {
    int64_t *before = seen->places;
    uint64_t places = seen->mask + 1;
    seen->places = empty(2 * places);
    seen->mask = 2 * places - 1;
    for (uint64_t i = 0; i < places; i++)
        if (before[i] >= 0)
            *place_of(seen, before[i]) = before[i];
    free(before);
}

bool seen_add(Seen *seen, int64_t id) {
    int64_t *place = place_of(seen, id);
    if (*place == id)
        return false;
    *place = id;
    seen->count++;
    if (2 * (uint64_t)seen->count > seen->mask)
        grow(seen);
    return true;
}

int64_t seen_count(const Seen *seen) {
    return seen->count;
}
