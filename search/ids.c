#include "search/ids.h"

#include <stdlib.h>

static int by_id(const void *a, const void *b) {
    int64_t first = *(const int64_t *)a, second = *(const int64_t *)b;
    return (first > second) - (first < second);
}

void ids_sort(int64_t ids[], int64_t count) {
    if (count > 1)
        qsort(ids, (size_t)count, sizeof ids[0], by_id);
}
