#include "sim/base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES ((size_t)64 << 10)

typedef union Block {
    struct {
        union Block *next;
        size_t used, capacity;
    } head;
    max_align_t align;
} Block;

struct Arena {
    Block *blocks; // the first is the one being filled
};

static void *zeroed(size_t bytes) {
    void *memory = calloc(1, bytes);
    if (!memory) {
        fprintf(stderr, "chipfit: out of memory\n");
        abort();
    }
    return memory;
}

static Block *block_new(size_t capacity) {
    Block *block = zeroed(sizeof(Block) + capacity);
    block->head.capacity = capacity;
    return block;
}

Arena *arena_new(void) {
    return zeroed(sizeof(Arena));
}

void arena_free(Arena *arena) {
    if (!arena)
        return;
    for (Block *block = arena->blocks, *next; block; block = next) {
        next = block->head.next;
        free(block);
    }
    free(arena);
}

void *arena_take(Arena *arena, size_t bytes) {
    if (bytes > SIZE_MAX / 2) {
        fprintf(stderr, "chipfit: out of memory\n");
        abort();
    }
    bytes = (bytes + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
    if (bytes == 0)
        bytes = sizeof(max_align_t);
    Block *first = arena->blocks;
    if (!first || first->head.capacity - first->head.used < bytes) {
        Block *block = block_new(bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES);
        if (first && bytes > BLOCK_BYTES / 4) { // keep filling the block that has room left
            block->head.next = first->head.next;
            first->head.next = block;
        } else {
            block->head.next = first;
            arena->blocks = block;
        }
        first = block;
    }
    char *memory = (char *)(first + 1) + first->head.used;
    first->head.used += bytes;
    return memory;
}

char *arena_text_n(Arena *arena, const char *text, size_t length) {
    char *copy = arena_take(arena, length + 1);
    memcpy(copy, text, length);
    return copy;
}

char *arena_text(Arena *arena, const char *text) {
    return arena_text_n(arena, text, strlen(text));
}
