#include "lua/evolve_reader.h"

#include <string.h>

#include "lua/reader.h"
#include "search/share.h"

#define SEED_MOST 2147483647

// clang-format off
static const Field EVOLVE_FIELDS[] = {
    {.name = "budget", .kind = FIELD_INT, .offset = offsetof(Evolve, budget), .min = 1, .max = EVOLVE_BUDGET,
     .required = true, .help = "designs that are evaluated, at most"},
    {.name = "population", .kind = FIELD_INT, .offset = offsetof(Evolve, population), .min = 4,
     .max = EVOLVE_POPULATION,
     .help = "survivors of a generation, and their children; default: a fortieth of the budget, from 16 to 256"},
    {.name = "seed", .kind = FIELD_INT, .offset = offsetof(Evolve, seed), .min = 0, .max = SEED_MOST, .initial = 1,
     .help = "another one is another search; default: the sweep's"},
    {.name = "check", .kind = FIELD_BOOL, .offset = offsetof(Evolve, check),
     .help = "evaluate every point too and say what share of the frontier was found"},
};
// clang-format on
const FieldTable EVOLVE_TABLE = {"evolve", EVOLVE_FIELDS, FIELD_COUNT(EVOLVE_FIELDS),
                                 sizeof(Evolve), "an evolutionary search"};

static bool check_check(ScriptReader *reader, const Goal *goal) {
    long long points = (long long)reader->space->points;
    if (goal->objective_count > SHARE_OBJECTIVES)
        return error_set(reader->err, "check: takes at most %d objectives", SHARE_OBJECTIVES);
    if (points > EVOLVE_CHECK)
        return error_set(reader->err, "check: the space has %lld points; at most %d are checked",
                         points, EVOLVE_CHECK);
    return true;
}

// Many generations matter more than large ones, but threads need something to do.
static int default_population(int budget) {
    int share = budget / 40;
    return share < 16 ? 16 : share > 256 ? 256 : share;
}

bool evolve_read(ScriptReader *reader, const Goal *goal, long long seed, Evolve *evolve,
                 bool *evolves) {
    lua_State *L = reader->L;
    *evolves = script_get(reader, "search");
    if (!*evolves)
        return true;
    ReadPlace place = {reader->file, reader->text, 0};
    const char *kind = lua_istable(L, -1) ? reader_kind(L, -1, &place.line) : NULL;
    if (!kind || strcmp(kind, "evolve") != 0) {
        lua_pop(L, 1);
        error_set(reader->err, "search: takes evolve { ... }; left out, every point is evaluated");
        error_hint(reader->err, "write: search = evolve { budget = 200000, seed = 7 }");
        return script_fail(reader, "search");
    }
    lua_getfield(L, -1, "seed");
    bool own_seed = !lua_isnil(L, -1);
    lua_pop(L, 1);
    field_init(&EVOLVE_TABLE, evolve);
    bool good = reader_read(L, -1, &EVOLVE_TABLE, evolve, reader->arena, &place, reader->err);
    lua_pop(L, 1);
    if (!good)
        return false;
    if (!own_seed && (seed < 0 || seed > SEED_MOST)) {
        error_set(reader->err, "seed: %lld is outside 0 to %d, which evolve takes", seed,
                  SEED_MOST);
        return script_fail(reader, "seed");
    }
    if (!own_seed)
        evolve->seed = (int)seed;
    if (evolve->population == 0)
        evolve->population = default_population(evolve->budget);
    return !evolve->check || check_check(reader, goal) ? true : script_fail(reader, "search");
}
