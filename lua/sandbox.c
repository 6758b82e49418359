#include "lua/sandbox.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/safe.h"
#include "sim/base/clock.h"
#include "sim/base/text.h"

#define HOOK_INSTRUCTIONS 1000
// Lua cuts long file names in its messages, so that every chunk is called this and the name is put in afterwards.
#define CHUNK "script"

struct Sandbox {
    lua_State *L;
    SandboxLimits limits;
    bool running;   // limits hold only while a script runs
    bool no_random; // see sandbox_refuse_random
    size_t used_bytes;
    double instructions;
    double deadline_s;
    char file[256];
};

static const char ENVIRONMENT = 0; // its address is the key in the registry

static Sandbox *sandbox_of(lua_State *L) {
    void *sandbox;
    lua_getallocf(L, &sandbox);
    return sandbox;
}

static void *allocate(void *owner, void *block, size_t old_bytes, size_t bytes) {
    Sandbox *sandbox = owner;
    if (!block)
        old_bytes = 0; // then it is a type
    if (bytes == 0) {
        free(block);
        sandbox->used_bytes -= old_bytes;
        return NULL;
    }
    if (bytes > old_bytes) {
        size_t more = bytes - old_bytes;
        if (sandbox->running && sandbox->used_bytes + more > sandbox->limits.memory_bytes)
            return NULL;
        if (more > 4096)
            sandbox->instructions += (double)more / 64; // long texts are copied inside C
    }
    void *grown = realloc(block, bytes);
    if (grown)
        sandbox->used_bytes += bytes - old_bytes;
    return grown;
}

static void check_limits(lua_State *L) {
    const Sandbox *sandbox = sandbox_of(L);
    if (!sandbox->running)
        return;
    if (sandbox->instructions > sandbox->limits.instructions)
        luaL_error(L, "the script runs for more than %f instructions",
                   (LUAI_UACNUMBER)sandbox->limits.instructions);
    if (clock_s() > sandbox->deadline_s)
        luaL_error(L, "the script runs for more than %f s",
                   (LUAI_UACNUMBER)sandbox->limits.seconds);
}

static void count_hook(lua_State *L, lua_Debug *where) {
    (void)where;
    sandbox_of(L)->instructions += HOOK_INSTRUCTIONS;
    check_limits(L);
}

void sandbox_charge(lua_State *L, double instructions) {
    sandbox_of(L)->instructions += instructions;
    check_limits(L);
}

bool sandbox_random(lua_State *L) {
    return !sandbox_of(L)->no_random;
}

void sandbox_refuse_random(Sandbox *sandbox) {
    sandbox->no_random = true;
}

void sandbox_limit(Sandbox *sandbox, SandboxLimits limits) {
    if (limits.memory_bytes > 0)
        sandbox->limits.memory_bytes = limits.memory_bytes;
    if (limits.instructions > 0)
        sandbox->limits.instructions = limits.instructions;
    if (limits.seconds > 0)
        sandbox->limits.seconds = limits.seconds;
}

void sandbox_where(const Sandbox *sandbox, int line, Error *err) {
    error_where(err, sandbox->file, line);
}

static bool is_forbidden(const char *name) {
    static const char *const NAMES[] = {
        "os",      "io",       "debug",          "coroutine",  "package",      "utf8",
        "require", "load",     "dofile",         "loadstring", "loadfile",     "pcall",
        "xpcall",  "print",    "rawget",         "rawset",     "setmetatable", "getmetatable",
        "next",    "rawequal", "collectgarbage", "_G"};
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
        if (strcmp(name, NAMES[i]) == 0)
            return true;
    return false;
}

// Reads of globals that nobody has assigned.
static int unknown_global(lua_State *L) {
    if (lua_type(L, 2) != LUA_TSTRING)
        return 0;
    const char *name = lua_tostring(L, 2);
    if (is_forbidden(name))
        return luaL_error(L, "'%s' is not available\n    a script can only compute", name);
    Nearest nearest = {0};
    safe_keys(L, 1);
    for (lua_Integer i = 1; lua_geti(L, -1, i) == LUA_TSTRING; i++, lua_pop(L, 1))
        nearest_offer(&nearest, name, lua_tostring(L, -1));
    if (nearest.best)
        return luaL_error(L, "unknown name '%s'\n    did you mean '%s'?", name, nearest.best);
    return luaL_error(L, "unknown name '%s'", name);
}

static void open_environment(lua_State *L) {
    lua_newtable(L);
    safe_open(L);
    lua_newtable(L);
    lua_pushcfunction(L, unknown_global);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &ENVIRONMENT);
}

Sandbox *sandbox_new(SandboxLimits limits) {
    Sandbox *sandbox = calloc(1, sizeof *sandbox);
    if (!sandbox)
        abort();
    sandbox->limits = limits;
    if (limits.memory_bytes == 0)
        sandbox->limits.memory_bytes = (size_t)64 << 20;
    if (limits.instructions == 0)
        sandbox->limits.instructions = 1e8;
    if (limits.seconds == 0)
        sandbox->limits.seconds = 10;
    sandbox->L = lua_newstate(allocate, sandbox);
    if (!sandbox->L)
        abort();
    open_environment(sandbox->L);
    return sandbox;
}

void sandbox_free(Sandbox *sandbox) {
    if (!sandbox)
        return;
    lua_close(sandbox->L);
    free(sandbox);
}

lua_State *sandbox_state(Sandbox *sandbox) {
    return sandbox->L;
}

void sandbox_define(Sandbox *sandbox, const char *name) {
    lua_State *L = sandbox->L;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &ENVIRONMENT);
    lua_insert(L, -2);
    lua_setfield(L, -2, name);
    lua_pop(L, 1);
}

// Message handler: makes a text of any error object and adds the line where it has none.
static int describe(lua_State *L) {
    if (lua_type(L, 1) != LUA_TSTRING)
        lua_pushfstring(L, "the script raised an error that is a %s, not a text",
                        luaL_typename(L, 1));
    const char *text = lua_tostring(L, -1);
    if (strncmp(text, CHUNK ":", strlen(CHUNK) + 1) == 0)
        return 1;
    lua_Debug at;
    for (int level = 0; lua_getstack(L, level, &at); level++) {
        lua_getinfo(L, "l", &at);
        if (at.currentline > 0) {
            lua_pushfstring(L, CHUNK ":%d: %s", at.currentline, text);
            return 1;
        }
    }
    return 1;
}

// Takes "script:11: what\n    hint" apart.
static bool fail(const Sandbox *sandbox, const char *text, Error *err) {
    int line = 0, skip = 0;
    if (sscanf(text, CHUNK ":%d: %n", &line, &skip) == 1 && skip > 0)
        text += skip;
    const char *hint = strstr(text, "\n    ");
    error_set(err, "%.*s", hint ? (int)(hint - text) : (int)strlen(text), text);
    if (hint)
        error_hint(err, "%s", hint + 5);
    return error_where(err, sandbox->file, line);
}

bool sandbox_call(Sandbox *sandbox, int arguments, int results, Error *err) {
    lua_State *L = sandbox->L;
    int function = lua_gettop(L) - arguments;
    lua_pushcfunction(L, describe);
    lua_insert(L, function);
    sandbox->instructions = 0;
    sandbox->deadline_s = clock_s() + sandbox->limits.seconds;
    sandbox->running = true;
    lua_sethook(L, count_hook, LUA_MASKCOUNT, HOOK_INSTRUCTIONS);
    int status = lua_pcall(L, arguments, results, function);
    lua_sethook(L, NULL, 0, 0);
    sandbox->running = false;
    lua_remove(L, function);
    if (status == LUA_OK)
        return true;
    if (status == LUA_ERRMEM) {
        error_set(err, "the script needs more than %.0f MiB of memory",
                  (double)sandbox->limits.memory_bytes / (1 << 20));
        error_where(err, sandbox->file, 0);
    } else {
        const char *text = lua_tostring(L, -1);
        fail(sandbox, text ? text : "the script failed", err);
    }
    lua_pop(L, 1);
    return false;
}

typedef struct Chunk {
    const char *text;
    size_t length;
} Chunk;

static const char *read_chunk(lua_State *L, void *data, size_t *length) {
    (void)L;
    Chunk *chunk = data;
    *length = chunk->length;
    chunk->length = 0;
    return *length ? chunk->text : NULL;
}

bool sandbox_run(Sandbox *sandbox, const char *file, const char *text, size_t length, Error *err) {
    lua_State *L = sandbox->L;
    snprintf(sandbox->file, sizeof sandbox->file, "%s", file);
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) { // byte-order mark
        text += 3;
        length -= 3;
    }
    Chunk chunk = {text, length};
    sandbox->running = true;
    int status = lua_load(L, read_chunk, &chunk, "=" CHUNK, "t");
    sandbox->running = false;
    if (status != LUA_OK) {
        const char *what = lua_tostring(L, -1);
        fail(sandbox, what ? what : "the script does not load", err);
        lua_pop(L, 1);
        return false;
    }
    lua_rawgetp(L, LUA_REGISTRYINDEX, &ENVIRONMENT);
    lua_setupvalue(L, -2, 1);
    return sandbox_call(sandbox, 0, 1, err);
}
