// heap.h — memory that must be there: running out of it ends the program with a word.
#ifndef SIM_BASE_HEAP_H
#define SIM_BASE_HEAP_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Zeroed room for `count` things of so many bytes; free() frees it. None counts as one.
void *heap_take(size_t count, size_t bytes);

// The same room, larger or smaller, with its contents; NULL: new, not zeroed.
void *heap_resize(void *memory, int64_t count, size_t bytes);

// Ends the program.
void heap_fail(void) __attribute__((noreturn));

#ifdef __cplusplus
}
#endif
#endif
