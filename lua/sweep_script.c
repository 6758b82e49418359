#include "lua/sweep_script.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "lua/sweep_hooks.h"
#include "sim/base/text.h"

struct SweepScript {
    Sandbox *sandbox;
    Arena *arena;
    Space space;
    Goal goal;
    SweepHooks hooks;
    const char *name;
    long long seed;
};

// Keys of sweep { ... } in the order in which they are read.
static const char *const KEYS[] = {"name",
                                   "chip",
                                   "system",
                                   "chips",
                                   "model",
                                   "formats",
                                   "plan",
                                   "workload",
                                   "where",
                                   "keep",
                                   "minimise",
                                   "maximise",
                                   "group_by",
                                   "keep_rows",
                                   "metrics",
                                   "epsilon",
                                   "frontier_limit",
                                   "search",
                                   "seed",
                                   "routing_skew",
                                   "hbm_reserve",
                                   "training_tokens",
                                   "training_flop",
                                   "usd_per_chip_hour",
                                   NULL};

static const char *const CONSTRUCTORS[] = {"sweep",    "shape",     "decode", "prefill",
                                           "generate", "all_plans", NULL};

static bool check_keys(const ScriptReader *reader) {
    lua_State *L = reader->L;
    for (lua_pushnil(L); lua_next(L, reader->table); lua_pop(L, 1)) {
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "[1]";
        Nearest nearest = {0};
        int i = 0;
        while (KEYS[i] && strcmp(KEYS[i], key) != 0)
            nearest_offer(&nearest, key, KEYS[i++]);
        if (KEYS[i])
            continue;
        error_set(reader->err, "sweep has no key '%.60s'", key);
        if (nearest.best)
            error_hint(reader->err, "did you mean '%s'?", nearest.best);
        return script_fail(reader, key);
    }
    return true;
}

static bool read_own(SweepScript *script, ScriptReader *reader) {
    lua_State *L = reader->L;
    script->name = "sweep";
    if (script_get(reader, "name")) {
        if (lua_type(L, -1) != LUA_TSTRING) {
            error_set(reader->err, "name: takes a text");
            return script_fail(reader, "name");
        }
        script->name = arena_text(script->arena, lua_tostring(L, -1));
        lua_pop(L, 1);
    }
    script->seed = 1;
    if (script_get(reader, "seed")) {
        if (!lua_isinteger(L, -1)) {
            error_set(reader->err, "seed: takes a whole number");
            return script_fail(reader, "seed");
        }
        script->seed = lua_tointeger(L, -1);
        lua_pop(L, 1);
    }
    return true;
}

static bool read_script(SweepScript *script, ScriptReader *reader) {
    lua_State *L = reader->L;
    const char *kind = reader_kind(L, -1, &reader->line);
    if (!kind || strcmp(kind, "sweep") != 0) {
        error_set(reader->err, "returns %s, not a sweep",
                  kind               ? kind
                  : lua_isnil(L, -1) ? "nothing"
                                     : luaL_typename(L, -1));
        error_hint(reader->err, "a script of a sweep ends with: return sweep { ... }");
        return error_where(reader->err, reader->file, 0);
    }
    reader->table = lua_gettop(L);
    return check_keys(reader) && read_own(script, reader) && space_read(reader) &&
           goal_read(reader, &script->goal, &script->hooks.functions);
}

SweepScript *script_open(Library *library, const char *file, const char *text, size_t length,
                         Error *err) {
    SweepScript *script = calloc(1, sizeof *script);
    if (!script)
        abort();
    script->arena = arena_new();
    script->sandbox = sandbox_new((SandboxLimits){0});
    library_constructors(script->sandbox);
    for (int i = 0; CONSTRUCTORS[i]; i++) {
        reader_constructor(sandbox_state(script->sandbox), CONSTRUCTORS[i]);
        sandbox_define(script->sandbox, CONSTRUCTORS[i]);
    }
    axis_functions(script->sandbox);
    ScriptReader reader = {.L = sandbox_state(script->sandbox),
                           .library = library,
                           .arena = script->arena,
                           .file = file,
                           .text = text,
                           .space = &script->space,
                           .err = err};
    if (!sandbox_run(script->sandbox, file, text, length, err) || !read_script(script, &reader)) {
        script_close(script);
        return NULL;
    }
    script->hooks.sandbox = script->sandbox;
    script->hooks.arena = script->arena;
    script->hooks.space = &script->space;
    hooks_open(&script->hooks);
    return script;
}

void script_close(SweepScript *script) {
    if (!script)
        return;
    sandbox_free(script->sandbox);
    arena_free(script->arena);
    free(script);
}

const Space *script_space(const SweepScript *script) {
    return &script->space;
}

const Goal *script_goal(const SweepScript *script) {
    return &script->goal;
}

const char *script_name(const SweepScript *script) {
    return script->name;
}

long long script_seed(const SweepScript *script) {
    return script->seed;
}

WorkerHooks script_hooks(SweepScript *script) {
    return hooks_of(&script->hooks);
}
