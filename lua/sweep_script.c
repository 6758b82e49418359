#include "lua/sweep_script.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch/shape.h"
#include "lua/evolve_reader.h"
#include "lua/sweep_hooks.h"
#include "lua/sweep_keys.h"
#include "sim/base/text.h"

#define NAME_BYTES 200

struct SweepScript {
    Sandbox *sandbox;
    Arena *arena;
    Space space;
    Goal goal;
    SweepHooks hooks;
    const char *name;
    long long seed;
    Evolve evolve;
    bool evolves;
    Pictures pictures;
};

// A word that stands in the wrong place.
static bool hint_place(const char *key, Error *err) {
    static const struct {
        const char *keys, *place;
    } PLACES[] = {
        {" batch prompt prefix context output draft acceptance ",                     "workload = decode { ... }"},
        {" tp cp dp pp ep etp chunk micro_batches stages placement cp_kind overlap ",
         "plan = { ... }"                                                                                        },
        {" weights activations kv matmul ",                                           "formats = { ... }"        },
    };
    char word[70];
    size_t offset;
    Error none;
    snprintf(word, sizeof word, " %.60s ", key);
    for (size_t i = 0; i < sizeof PLACES / sizeof PLACES[0]; i++) {
        if (!strstr(PLACES[i].keys, word))
            continue;
        error_hint(err, "it belongs in %s", PLACES[i].place);
        return true;
    }
    if (!shape_field(key, &offset, &none))
        return false;
    error_hint(err, "it belongs in model = shape { base = ..., ... }");
    return true;
}

static bool check_keys(const ScriptReader *reader) {
    lua_State *L = reader->L;
    for (lua_pushnil(L); lua_next(L, reader->table); lua_pop(L, 1)) {
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "[1]";
        Nearest nearest = {0};
        const SweepWord *word = SWEEP_KEYS;
        for (; word->name && strcmp(word->name, key) != 0; word++)
            nearest_offer(&nearest, key, word->name);
        if (word->name)
            continue;
        error_set(reader->err, "sweep has no key '%.60s'", key);
        if (!hint_place(key, reader->err) && nearest.best)
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
        size_t length;
        const char *name = lua_tolstring(L, -1, &length);
        script->name = arena_text(script->arena, name);
        for (size_t i = 0; i < length; i++)
            if ((unsigned char)name[i] < 0x20 || name[i] == 0x7f)
                length = 0;
        if (length == 0 || length > NAME_BYTES) {
            error_set(reader->err, "name: takes 1 to %d characters, no control characters",
                      NAME_BYTES);
            return script_fail(reader, "name");
        }
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
           goal_read(reader, &script->goal, &script->hooks.functions) &&
           evolve_read(reader, &script->goal, script->seed, &script->evolve, &script->evolves) &&
           pictures_read(reader, &script->goal, &script->pictures);
}

SweepScript *script_open(Library *library, const char *file, const char *text, size_t length,
                         Error *err) {
    SweepScript *script = calloc(1, sizeof *script);
    if (!script)
        abort();
    script->arena = arena_new();
    script->sandbox = sandbox_new((SandboxLimits){0});
    library_constructors(script->sandbox);
    for (const SweepWord *word = SWEEP_CONSTRUCTORS; word->name; word++) {
        reader_constructor(sandbox_state(script->sandbox), word->name);
        sandbox_define(script->sandbox, word->name);
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
    return script->evolves ? script->evolve.seed : script->seed;
}

const Evolve *script_evolve(const SweepScript *script) {
    return script->evolves ? &script->evolve : NULL;
}

WorkerHooks script_hooks(SweepScript *script) {
    return hooks_of(&script->hooks);
}

const Pictures *script_pictures(const SweepScript *script) {
    return &script->pictures;
}

Sandbox *script_sandbox(SweepScript *script) {
    return script->sandbox;
}
