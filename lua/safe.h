// safe.h — the part of Lua's standard library that scripts see: nothing in it reaches outside, runs long inside C
// without being counted, or differs from run to run (pairs is sorted, sort is stable, no addresses in texts).
#ifndef LUA_SAFE_H
#define LUA_SAFE_H

#include <lua.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

// Adds the functions to the table on top of the stack.
void safe_open(lua_State *L);

// Pushes a list of the table's keys in order: numbers, texts, booleans. Raises an error for keys of other types.
void safe_keys(lua_State *L, int index);

// Counts work that was done inside C as instructions of the script; sandbox.c defines it.
void sandbox_charge(lua_State *L, double instructions);

// Whether math.random may be called now; sandbox.c defines it.
bool sandbox_random(lua_State *L);

#ifdef __cplusplus
}
#endif
#endif
