// axis.h — values of a script that stand for several: lists, ranges, functions; and how an axis is made of them.
//
//     range(24, 96, 8)   pow2(1, 64)   logspace(1e9, 1e12, 7)     plain lists
//     times { 0.5, 1, 2 }                                         of the base's value, in derive
//     function(d) return 4 * d.d_model end                        of the axes before it
//     upto(8, function(d) return { ... } end)                     a list of at most 8 values
#ifndef LUA_AXIS_H
#define LUA_AXIS_H

#include <lua.h>

#include "lua/sandbox.h"
#include "search/space.h"
#include "sim/base/arena.h"

// Defines range, pow2, logspace and upto.
void axis_functions(Sandbox *sandbox);

// Functions of a script are kept in a table of the registry under the address of this.
typedef struct AxisFunctions {
    int count;
} AxisFunctions;

// Puts the function on top of the stack (popped) away and returns its number; axis_function pushes it again.
int axis_keep_function(lua_State *L, AxisFunctions *functions);
void axis_function(lua_State *L, int number);

// The length of the list on top of the stack. An error when it has names or gaps, is empty, or longer than `most`.
bool axis_list(lua_State *L, const char *name, int most, int *count, Error *err);

// Whether the value at `index` stands for several values of a field that takes one.
bool axis_is(lua_State *L, int index);

// Reads the value on top of the stack, which stays there, as an axis over the field; name, part and offset are the
// caller's. Messages begin with the field's name.
bool axis_read(lua_State *L, const Field *field, Arena *arena, AxisFunctions *functions, Axis *axis,
               Error *err);

// One value of the field from the value on top of the stack.
bool axis_value(lua_State *L, const Field *field, Arena *arena, AxisValue *value, Error *err);

#endif
