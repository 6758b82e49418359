// sandbox.h — a Lua state in which a script from a stranger can only compute.
//
// It sees the functions given by its owner, math, a trimmed table and string, and assert, error, ipairs, pairs (sorted),
// select, tonumber, tostring, type. Unknown globals are errors naming the nearest. Memory, instructions and
// wall-clock time are limited. sandbox_free closes the state.
#ifndef LUA_SANDBOX_H
#define LUA_SANDBOX_H

#include <lua.h>

#include "sim/base/error.h"

typedef struct Sandbox Sandbox;

typedef struct SandboxLimits {
    size_t memory_bytes;   // 0: 64 MiB
    double instructions;   // 0: 1e8
    double seconds;        // 0: 10
} SandboxLimits;

Sandbox *sandbox_new(SandboxLimits limits);
void sandbox_free(Sandbox *sandbox);
lua_State *sandbox_state(Sandbox *sandbox);

// Runs a text chunk and leaves its one result on the stack. Errors carry file and line; a runaway script's says which limit it hit.
bool sandbox_run(Sandbox *sandbox, const char *file, const char *text, size_t length, Error *err);

#endif
