// reader.h — fills a struct from a Lua table by its FieldTable; strict keys, units in text, errors with file and line.
//
//     reader_constructor(L, "chip");              script: return chip { ... }
//     sandbox_define(sandbox, "chip");
//     sandbox_run(...);                           leaves the table
//     kind = reader_kind(L, -1, &place.line);     "chip", and where it was called
//     reader_read(L, -1, &CHIP_TABLE, &chip, arena, &place, err);
#ifndef LUA_READER_H
#define LUA_READER_H

#include <lua.h>

#include "sim/base/arena.h"
#include "sim/base/field.h"

#ifdef __cplusplus
extern "C" {
#endif

// Where the table was written, for messages: the file's text is searched for "key =" from the line of the call.
typedef struct ReadPlace {
    const char *file;
    const char *text; // NULL: messages give the line of the call
    int line;
} ReadPlace;

// Reads the table at `index` into object (already zeroed); texts are copied into the arena.
bool reader_read(lua_State *L, int index, const FieldTable *table, void *object, Arena *arena,
                 const ReadPlace *place, Error *err);

// The same for a variant: object holds a copy of its base, and the table names only what differs, as a value or as
// times(x) of the base's. A list is given anew, or its elements by name: levels = { nvlink = { ... } }. A section that
// changes without a source of its own says so in its source.
bool reader_derive(lua_State *L, int index, const FieldTable *table, void *object, Arena *arena,
                   const ReadPlace *place, Error *err);

// Pushes times, the function that scripts use in a variant.
void reader_times(lua_State *L);

// Gives the table on top of the stack a metatable of its own, which scripts cannot see, to remember the kind and the
// line of the call.
void reader_mark(lua_State *L, const char *kind);

// Pushes a function that takes one table, remembers the kind and the line of the call with it, and returns it.
void reader_constructor(lua_State *L, const char *kind);

// The kind of a table made by a constructor, with its line; NULL for any other value. Valid while the table lives.
const char *reader_kind(lua_State *L, int index, int *line);

#ifdef __cplusplus
}
#endif
#endif
