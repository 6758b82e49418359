// host.h — values of the Lua program that loaded chipfit as a module: its tables as JSON and as the text of a script.
//
// Functions of a script (shape, range, times, ...) are functions of the module too, which only remember that they were
// called: host_script writes the call out, and the script's own function then runs in the sandbox. A Lua function cannot
// leave its state: it is an error that says so.
#ifndef LUA_HOST_H
#define LUA_HOST_H

#include <jansson.h>
#include <lua.h>

#include "sim/base/error.h"
#include "sim/base/text.h"

// Adds the functions of scripts to the table on top of the stack.
void host_constructors(lua_State *L);

// The table at `index` as a JSON object, for predict; NULL: an error. json_decref frees it. Raises no Lua error.
json_t *host_json(lua_State *L, int index, Error *err);

// The table at `index` as "return sweep { ... }", keys in order, so that equal tables give equal texts. Raises none either.
bool host_script(lua_State *L, int index, Text *out, Error *err);

// Pushes a JSON value; null is nil.
void host_push(lua_State *L, const json_t *value);

#endif
