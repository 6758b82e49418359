#include "search/top.h"

#include <stdbool.h>
#include <stdlib.h>

#include "search/ids.h"
#include "sim/base/heap.h"

typedef struct Entry {
    double value;
    int64_t id;
} Entry;

// A heap whose root is the worst.
struct Top {
    int64_t room, count, capacity;
    Entry *heap;
};

Top *top_new(int64_t room) {
    Top *top = heap_resize(NULL, 1, sizeof *top);
    *top = (Top){.room = room};
    return top;
}

void top_free(Top *top) {
    if (!top)
        return;
    free(top->heap);
    free(top);
}

static bool is_worse(const Entry *a, const Entry *b) {
    return a->value != b->value ? a->value > b->value : a->id > b->id;
}

static void swap(Entry *a, Entry *b) {
    Entry other = *a;
    *a = *b;
    *b = other;
}

static void sift_up(Entry heap[], int64_t at) {
    for (; at > 0 && is_worse(&heap[at], &heap[(at - 1) / 2]); at = (at - 1) / 2)
        swap(&heap[at], &heap[(at - 1) / 2]);
}

static void sift_down(Entry heap[], int64_t count) {
    for (int64_t at = 0, child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && is_worse(&heap[child + 1], &heap[child]))
            child++;
        if (!is_worse(&heap[child], &heap[at]))
            return;
        swap(&heap[child], &heap[at]);
    }
}

void top_insert(Top *top, int64_t id, double value) {
    Entry entry = {value, id};
    if (top->count == top->room) {
        if (top->room == 0 || !is_worse(&top->heap[0], &entry))
            return;
        top->heap[0] = entry;
        sift_down(top->heap, top->count);
        return;
    }
    if (top->count == top->capacity) {
        top->capacity = top->capacity ? 2 * top->capacity : 1024;
        top->heap = heap_resize(top->heap, top->capacity, sizeof *top->heap);
    }
    top->heap[top->count] = entry;
    sift_up(top->heap, top->count++);
}

int64_t top_count(const Top *top) {
    return top->count;
}

void top_ids(const Top *top, int64_t ids[]) {
    for (int64_t i = 0; i < top->count; i++)
        ids[i] = top->heap[i].id;
    ids_sort(ids, top->count);
}
