// arena.h — memory that lives and dies together: everything read from the data files stands in one Arena.
//
// arena_new gives an empty one, arena_free frees it with all that was taken from it. Out of memory ends the program.
#ifndef SIM_BASE_ARENA_H
#define SIM_BASE_ARENA_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Arena Arena;

Arena *arena_new(void);
void arena_free(Arena *arena);

// Zeroed memory, aligned for any type.
void *arena_take(Arena *arena, size_t bytes);

// A copy of text (of its first `length` bytes), terminated.
char *arena_text(Arena *arena, const char *text);
char *arena_text_n(Arena *arena, const char *text, size_t length);

#ifdef __cplusplus
}
#endif
#endif
