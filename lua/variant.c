#include "lua/variant.h"

#include <jansson.h>
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "lua/record_axes.h"
#include "lua/request_json.h"

#define DEPTH 16 // of nested objects and lists; no record has more than a few

// What messages, and the sources of changed values, call it.
static const char *const PLACES[] = {"the request's chip", "the request's system",
                                     "the request's model"};

bool variant_is(const char *name) {
    return name[strspn(name, " \t\r\n")] == '{';
}

static bool push_value(lua_State *L, const char *key, json_t *value, int depth, Error *err);

// {"times": 1.5}, as reader_times makes it.
static bool push_times(lua_State *L, const char *key, const json_t *factor, Error *err) {
    double value = json_number_value(factor); // 0 when it is none
    if (!(value > 0 && value < 1e9))
        return error_set(err, "%s: times takes one number above 0", key);
    lua_createtable(L, 1, 0);
    lua_pushnumber(L, value);
    lua_rawseti(L, -2, 1);
    reader_mark(L, "times");
    return true;
}

static bool push_object(lua_State *L, const char *key, json_t *object, int depth, Error *err) {
    const char *name;
    json_t *value;
    json_t *factor = json_object_get(object, "times");
    if (factor && depth > 0 && json_object_size(object) == 1)
        return push_times(L, key, factor, err);
    lua_newtable(L);
    json_object_foreach(object, name, value) {
        lua_pushstring(L, name);
        if (!push_value(L, name, value, depth + 1, err))
            return false;
        lua_rawset(L, -3);
    }
    return true;
}

// On failure the stack holds what was begun.
static bool push_value(lua_State *L, const char *key, json_t *value, int depth, Error *err) {
    if (depth > DEPTH)
        return error_set(err, "%s: objects and lists are nested too deep", key);
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return push_object(L, key, value, depth, err);
    case JSON_ARRAY:
        lua_newtable(L);
        for (size_t i = 0; i < json_array_size(value); i++) {
            if (!push_value(L, key, json_array_get(value, i), depth + 1, err))
                return false;
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
        return true;
    case JSON_STRING:
        lua_pushlstring(L, json_string_value(value), json_string_length(value));
        return true;
    case JSON_NULL:
        error_set(err, "%s: takes a value, not null", key);
        return error_hint(err, "leave it out to keep the base's");
    case JSON_INTEGER:
    case JSON_REAL:
        lua_pushnumber(L, json_number_value(value));
        return true;
    case JSON_TRUE:
    case JSON_FALSE:
        break;
    }
    lua_pushboolean(L, json_is_true(value));
    return true;
}

static bool has_base(const json_t *root, SpacePart part, Error *err) {
    static const char *const EXAMPLES[] = {
        "{\"base\": \"h100_sxm\", \"memory\": {\"bandwidth\": \"5 TB/s\"}}",
        "{\"base\": \"hgx_h100\", ...}", "{\"base\": \"llama-3.1-8b\", \"layers\": 40}"};
    const json_t *base = json_object_get(root, "base");
    if (json_is_string(base))
        return true;
    if (base)
        error_set(err, "base: takes a name, not %s", request_json_kind(base));
    else
        error_set(err, "needs \"base\", the name of what it changes");
    return error_hint(err, "as in %s", EXAMPLES[part]);
}

// Reads the table on top of the stack as a script's derive { ... } or shape { ... }.
static const void *read_record(Library *library, SpacePart part, lua_State *L, Arena *arena,
                               Error *err) {
    Space space = {.axis_count = 0};
    ScriptReader reader = {.L = L,
                           .library = library,
                           .arena = arena,
                           .file = PLACES[part],
                           .text = "", // no lines to be found
                           .space = &space,
                           .err = err};
    reader_mark(L, part == PART_MODEL ? "shape" : "derive");
    if (!record_axes(&reader, part))
        return NULL;
    if (space.axis_count > 0) {
        error_set(err, "%s: takes one value, not a list", space.axes[0].name);
        error_hint(err, "lists stand in the script of a sweep");
        return NULL;
    }
    return part == PART_CHIP     ? (const void *)space.chip
           : part == PART_SYSTEM ? (const void *)space.system
                                 : (const void *)space.model;
}

const void *variant_read(Library *library, SpacePart part, const char *text, Arena *arena,
                         Error *err) {
    json_error_t why;
    const void *record = NULL;
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &why);
    lua_State *L = root ? luaL_newstate() : NULL;
    if (!root)
        error_set(err, "not JSON: %s (column %d)", why.text, why.column);
    else if (!L || !lua_checkstack(L, 4 * DEPTH))
        abort(); // out of memory
    else if (has_base(root, part, err) && push_value(L, "request", root, 0, err))
        record = read_record(library, part, L, arena, err);
    if (L)
        lua_close(L);
    json_decref(root);
    if (!record)
        error_where(err, PLACES[part], 0);
    return record;
}
