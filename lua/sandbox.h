// sandbox.h — a Lua state in which a script from a stranger can only compute.
//
// It sees the functions given by its owner, math, a trimmed table and string, and assert, error, ipairs, pairs (sorted),
// select, tonumber, tostring, type. Unknown globals are errors naming the nearest. Memory, instructions and
// wall-clock time are limited while a script runs. sandbox_free closes the state.
#ifndef LUA_SANDBOX_H
#define LUA_SANDBOX_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Sandbox Sandbox;

typedef struct SandboxLimits {
    size_t memory_bytes; // 0: 64 MiB
    double instructions; // 0: 1e8
    double seconds;      // 0: 10
} SandboxLimits;

Sandbox *sandbox_new(SandboxLimits limits);
void sandbox_free(Sandbox *sandbox);
lua_State *sandbox_state(Sandbox *sandbox);

// Pops the value on top of the stack; scripts see it under that name.
void sandbox_define(Sandbox *sandbox, const char *name);

// Runs a text chunk and leaves its one result on the stack. Errors carry file and line; a runaway script's says which
// limit it hit. On failure the stack is as before.
bool sandbox_run(Sandbox *sandbox, const char *file, const char *text, size_t length, Error *err);

// Calls a function of the script under the same limits, counted anew: the function and its arguments are on the stack
// and are replaced by the results.
bool sandbox_call(Sandbox *sandbox, int arguments, int results, Error *err);

// Other limits from now on; 0: as they are.
void sandbox_limit(Sandbox *sandbox, SandboxLimits limits);

// From now on math.random is an error: what a script's functions give must rest on their arguments alone.
void sandbox_refuse_random(Sandbox *sandbox);

// Adds the script's name and a line of it (0: none) to an error that has no place yet.
void sandbox_where(const Sandbox *sandbox, int line, Error *err);

#ifdef __cplusplus
}
#endif
#endif
