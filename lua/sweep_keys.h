// sweep_keys.h — the words of a sweep's script: keys of sweep { ... } and functions, for the reader, the schema and editors.
#ifndef LUA_SWEEP_KEYS_H
#define LUA_SWEEP_KEYS_H

#include "sim/base/text.h"

// A word with what it takes, as LuaCATS types, and its meaning.
typedef struct SweepWord {
    const char *name;
    const char *takes;
    const char *help;
} SweepWord;

extern const SweepWord SWEEP_KEYS[]; // ends with a name of NULL

// Functions that take one table and are told apart by their names: sweep, shape, decode, ...
extern const SweepWord SWEEP_CONSTRUCTORS[];

// Keys of lines { ... }, points { ... } and the other plots; which takes which, plots_reader.c says.
extern const SweepWord SWEEP_PICTURE_KEYS[];

// Functions that give lists.
extern const SweepWord SWEEP_LISTS[];

// For chipfit schema sweep, and for lua/types.lua.
void sweep_schema(Text *out);
void sweep_stub(Text *out);

#endif
