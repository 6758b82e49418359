// space_reader.h — from the table of a script's `sweep { ... }` to a Space: what is fixed, and what varies.
#ifndef LUA_SPACE_READER_H
#define LUA_SPACE_READER_H

#include "lua/axis.h"
#include "lua/library.h"
#include "lua/place.h"

#define SCRIPT_OBJECTS 4096 // in a list of chips, systems, models, formats or workloads

// Where a script's table is read from, and into what.
typedef struct ScriptReader {
    lua_State *L;
    Library *library;
    Arena *arena;
    const char *file, *text;
    int line;  // of the call of sweep
    int table; // its place on the stack
    AxisFunctions functions;
    Space *space;
    Error *err;
} ScriptReader;

// Reads chip, system, model, formats, chips, plan, workload and the single keys of a request, and finishes the space but
// for `where`.
bool space_read(ScriptReader *reader);

// Reports the error with the line of the key; always false.
bool script_fail(const ScriptReader *reader, const char *key);

// Where the table on top of the stack is written, the value of that key of the sweep.
Place script_place(const ScriptReader *reader, const char *key);

// Whether a text is right for a key of a request; what is wrong with it would be wrong at every point.
bool script_text(ScriptReader *reader, const Field *field, const char *text);

// One key of a request: a value, or an axis of that name over it. The value is on top of the stack and stays there.
bool script_key(ScriptReader *reader, const Field *field, SpacePart part, const char *name);

// Pushes sweep[key]; false when it is not there (and nothing is pushed).
bool script_get(const ScriptReader *reader, const char *key);

#endif
