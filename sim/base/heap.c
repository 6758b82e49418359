#include "sim/base/heap.h"

#include <stdio.h>
#include <stdlib.h>

void heap_fail(void) {
    fprintf(stderr, "chipfit: out of memory\n");
    abort();
}

void *heap_take(size_t count, size_t bytes) {
    void *memory = calloc(count ? count : 1, bytes);
    if (!memory)
        heap_fail();
    return memory;
}

void *heap_resize(void *memory, int64_t count, size_t bytes) {
    size_t size = (size_t)count * bytes;
    memory = realloc(memory, size ? size : 1);
    if (!memory)
        heap_fail();
    return memory;
}
