// evolve_reader.h — from `search = evolve { budget = ..., population = ..., seed = ..., check = ... }` of a script to the
// settings of the search.
#ifndef LUA_EVOLVE_READER_H
#define LUA_EVOLVE_READER_H

#include "lua/space_reader.h"
#include "search/evolve.h"

extern const FieldTable EVOLVE_TABLE;

// After space and goal. `seed` stands where evolve gives none; *evolves: the script asks for it.
bool evolve_read(ScriptReader *reader, const Goal *goal, long long seed, Evolve *evolve,
                 bool *evolves);

#endif
