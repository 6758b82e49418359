// reader.h — fills a struct from a Lua table by its FieldTable; strict keys, units in text, errors with file and line.
#ifndef LUA_READER_H
#define LUA_READER_H

#include <lua.h>

#include "sim/base/arena.h"
#include "sim/base/field.h"

// Where the table was written, for messages: the file's text is searched for "key =" from the line of the call.
typedef struct ReadPlace {
    const char *file;
    const char *text;
    int line;
} ReadPlace;

// Reads the table at `index` into object (already zeroed); texts are copied into the arena.
bool reader_read(lua_State *L, int index, const FieldTable *table, void *object, Arena *arena, const ReadPlace *place, Error *err);

#endif
