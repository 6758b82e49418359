#include "lua/host.h"

#include <ctype.h>
#include <lauxlib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lua/sweep_keys.h"

#define DEPTH 16 // of nested tables

// A remembered call: a table of its arguments with this metatable; the name stands under the key CALL_NAME.
#define CALL      "chipfit.call"
#define CALL_NAME 0

// Beside those of sweep_keys.h.
static const char *const OTHERS[] = {"derive", "times", "chip", "system", "model", NULL};

// --- Constructors ------------------------------------------------------------------------------------------------

static int remember(lua_State *L) {
    int count = lua_gettop(L);
    lua_createtable(L, count, 1);
    lua_insert(L, 1);
    for (int i = count; i >= 1; i--)
        lua_rawseti(L, 1, i);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_rawseti(L, 1, CALL_NAME);
    luaL_setmetatable(L, CALL);
    return 1;
}

static void add_constructor(lua_State *L, const char *name) {
    lua_pushstring(L, name);
    lua_pushcclosure(L, remember, 1);
    lua_setfield(L, -2, name);
}

void host_constructors(lua_State *L) {
    luaL_newmetatable(L, CALL);
    lua_pushstring(L, "a value of a script");
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
    for (const SweepWord *word = SWEEP_CONSTRUCTORS; word->name; word++)
        if (strcmp(word->name, "sweep") != 0) // the module's own runs one
            add_constructor(L, word->name);
    for (const SweepWord *word = SWEEP_LISTS; word->name; word++)
        add_constructor(L, word->name);
    for (int i = 0; OTHERS[i]; i++)
        add_constructor(L, OTHERS[i]);
}

// The name of a remembered call, with the number of its arguments; NULL for any other value.
static const char *call_name(lua_State *L, int index, int *count) {
    if (!lua_getmetatable(L, index))
        return NULL;
    luaL_getmetatable(L, CALL);
    bool same = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    if (!same)
        return NULL;
    lua_rawgeti(L, index, CALL_NAME);
    const char *name = lua_tostring(L, -1); // the closure keeps it
    lua_pop(L, 1);
    *count = (int)lua_rawlen(L, index);
    return name;
}

// --- What both forms share ---------------------------------------------------------------------------------------

static bool check_depth(lua_State *L, const char *key, int depth, Error *err) {
    if (depth <= DEPTH && lua_checkstack(L, 8))
        return true;
    return error_set(err, "%s: tables are nested too deep", key);
}

static bool refuse(lua_State *L, int index, const char *key, Error *err) {
    if (!lua_isfunction(L, index))
        return error_set(err, "%s: takes no %s", key, luaL_typename(L, index));
    error_set(err, "%s: a function cannot leave the Lua program that it was made in", key);
    return error_hint(err,
                      "a sweep with functions is given as text: chipfit.sweep [[return sweep { "
                      "... }]]");
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

// Keys of the table at `index` that are texts, sorted; the table keeps their letters. `list`: how many others, 1 to n. NULL:
// an error.
static const char **sorted_keys(lua_State *L, int index, const char *key, int *count, int *list,
                                Error *err) {
    int room = 8;
    const char **keys = malloc((size_t)room * sizeof *keys);
    if (!keys)
        abort();
    *count = *list = 0;
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING) {
            (*list)++;
            continue;
        }
        if (*count == room) {
            const char **more = realloc(keys, (size_t)(room *= 2) * sizeof *keys);
            if (!more)
                abort();
            keys = more;
        }
        keys[(*count)++] = lua_tostring(L, -2);
    }
    if (*list == (int)lua_rawlen(L, index)) {
        qsort(keys, (size_t)*count, sizeof *keys, by_text);
        return keys;
    }
    free(keys);
    error_set(err, "%s: a table has names, or values from 1 on without gaps", key);
    return NULL;
}

// --- JSON --------------------------------------------------------------------------------------------------------

static json_t *value_json(lua_State *L, const char *key, int depth, Error *err);

static json_t *table_json(lua_State *L, const char *key, int depth, Error *err) {
    int table = lua_gettop(L), count, list;
    const char **keys = sorted_keys(L, table, key, &count, &list, err);
    if (!keys)
        return NULL;
    json_t *json = list && !count ? json_array() : json_object();
    bool good = json && !(list && count);
    if (json && !good)
        error_set(err, "%s: a table has names or a list of values, not both", key);
    for (int i = 0; good && i < list + count; i++) {
        const char *name = i < list ? key : keys[i - list];
        if (i < list)
            lua_rawgeti(L, table, i + 1);
        else
            lua_getfield(L, table, name);
        json_t *value = value_json(L, name, depth + 1, err);
        lua_pop(L, 1);
        good = value && (i < list ? json_array_append_new(json, value)
                                  : json_object_set_new(json, name, value)) == 0;
        if (value && !good)
            error_set(err, "%s: is no UTF-8", key);
    }
    free(keys);
    if (good)
        return json;
    json_decref(json);
    return NULL;
}

// times(1.5) is {"times": 1.5}; shape { } and derive { } are the table that they took.
static json_t *call_json(lua_State *L, const char *name, const char *key, int count, int depth,
                         Error *err) {
    bool times = strcmp(name, "times") == 0;
    if (count != 1 || (!times && strcmp(name, "shape") != 0 && strcmp(name, "derive") != 0)) {
        error_set(err, "%s: takes one value, not %s()", key, name);
        return NULL;
    }
    lua_rawgeti(L, -1, 1);
    json_t *json = value_json(L, key, depth + 1, err);
    lua_pop(L, 1);
    return times && json ? json_pack("{s:o}", "times", json) : json;
}

// The value on top of the stack.
static json_t *value_json(lua_State *L, const char *key, int depth, Error *err) {
    int count;
    json_t *json = NULL;
    if (!check_depth(L, key, depth, err))
        return NULL;
    switch (lua_type(L, -1)) {
    case LUA_TBOOLEAN:
        return json_boolean(lua_toboolean(L, -1));
    case LUA_TNUMBER:
        json = lua_isinteger(L, -1) ? json_integer(lua_tointeger(L, -1))
                                    : json_real(lua_tonumber(L, -1));
        if (!json)
            error_set(err, "%s: NaN and infinity are no values", key);
        return json;
    case LUA_TSTRING:
        json = json_stringn(lua_tostring(L, -1), lua_rawlen(L, -1));
        if (!json)
            error_set(err, "%s: the text is no UTF-8", key);
        return json;
    case LUA_TTABLE: {
        const char *name = call_name(L, lua_gettop(L), &count);
        return name ? call_json(L, name, key, count, depth, err) : table_json(L, key, depth, err);
    }
    default:
        refuse(L, -1, key, err);
        return NULL;
    }
}

json_t *host_json(lua_State *L, int index, Error *err) {
    lua_pushvalue(L, index);
    json_t *json = value_json(L, "design", 0, err);
    lua_pop(L, 1);
    return json;
}

void host_push(lua_State *L, const json_t *value) {
    const char *name;
    json_t *member;
    luaL_checkstack(L, 4, NULL);
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        lua_newtable(L);
        json_object_foreach((json_t *)(size_t)value, name, member) {
            host_push(L, member);
            lua_setfield(L, -2, name);
        }
        break;
    case JSON_ARRAY:
        lua_newtable(L);
        for (size_t i = 0; i < json_array_size(value); i++) {
            host_push(L, json_array_get(value, i));
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
        break;
    case JSON_STRING:
        lua_pushlstring(L, json_string_value(value), json_string_length(value));
        break;
    case JSON_INTEGER:
        lua_pushinteger(L, json_integer_value(value));
        break;
    case JSON_REAL:
        lua_pushnumber(L, json_real_value(value));
        break;
    case JSON_NULL:
        lua_pushnil(L);
        break;
    default:
        lua_pushboolean(L, json_is_true(value));
    }
}

// --- Text of a script --------------------------------------------------------------------------------------------

static void add_text(Text *out, const char *text, size_t length) {
    text_add(out, "\"");
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '"' || c == '\\')
            text_addf(out, "\\%c", c);
        else if (c < ' ' || c == 0x7f)
            text_addf(out, "\\%03d", c);
        else
            text_add_n(out, &text[i], 1);
    }
    text_add(out, "\"");
}

// Keys of a script are words, and messages find them as `key =`; the rest is written in full.
static void add_key(Text *out, const char *key) {
    static const char *const RESERVED[] = {
        "and",      "break",  "do",   "else", "elseif", "end",   "false", "for",
        "function", "goto",   "if",   "in",   "local",  "nil",   "not",   "or",
        "repeat",   "return", "then", "true", "until",  "while", NULL};
    bool plain = isalpha((unsigned char)key[0]) || key[0] == '_';
    for (const char *c = key; *c; c++)
        plain = plain && (isalnum((unsigned char)*c) || *c == '_');
    for (int i = 0; RESERVED[i]; i++)
        plain = plain && strcmp(RESERVED[i], key) != 0;
    if (plain) {
        text_addf(out, "%s = ", key);
        return;
    }
    text_add(out, "[");
    add_text(out, key, strlen(key));
    text_add(out, "] = ");
}

static bool value_script(lua_State *L, const char *key, int depth, Text *out, Error *err);

static bool table_script(lua_State *L, const char *key, int depth, Text *out, Error *err) {
    int table = lua_gettop(L), count, list;
    const char **keys = sorted_keys(L, table, key, &count, &list, err);
    bool good = keys;
    text_add(out, depth ? "{ " : "{\n");
    for (int i = 0; good && i < list + count; i++) {
        const char *name = i < list ? key : keys[i - list];
        if (i < list) {
            lua_rawgeti(L, table, i + 1);
        } else {
            text_add(out, depth ? "" : "  ");
            add_key(out, name);
            lua_getfield(L, table, name);
        }
        good = value_script(L, name, depth + 1, out, err);
        lua_pop(L, 1);
        text_add(out, !depth ? ",\n" : i + 1 < list + count ? ", " : " ");
    }
    text_add(out, "}");
    free(keys);
    return good;
}

static bool call_script(lua_State *L, const char *name, int count, int depth, Text *out,
                        Error *err) {
    int call = lua_gettop(L);
    bool good = true;
    text_addf(out, "%s(", name);
    for (int i = 1; good && i <= count; i++) {
        text_add(out, i > 1 ? ", " : "");
        lua_rawgeti(L, call, i);
        good = value_script(L, name, depth + 1, out, err);
        lua_pop(L, 1);
    }
    text_add(out, ")");
    return good;
}

// The value on top of the stack.
static bool value_script(lua_State *L, const char *key, int depth, Text *out, Error *err) {
    int count;
    if (!check_depth(L, key, depth, err))
        return false;
    switch (lua_type(L, -1)) {
    case LUA_TBOOLEAN:
        text_add(out, lua_toboolean(L, -1) ? "true" : "false");
        return true;
    case LUA_TNUMBER:
        if (lua_isinteger(L, -1))
            text_addf(out, "%lld", (long long)lua_tointeger(L, -1));
        else if (isnan(lua_tonumber(L, -1)))
            return error_set(err, "%s: NaN is no value", key);
        else if (isinf(lua_tonumber(L, -1)))
            text_add(out, lua_tonumber(L, -1) > 0 ? "math.huge" : "-math.huge");
        else
            text_addf(out, "%.17g", lua_tonumber(L, -1));
        return true;
    case LUA_TSTRING:
        add_text(out, lua_tostring(L, -1), lua_rawlen(L, -1));
        return true;
    case LUA_TTABLE: {
        const char *name = call_name(L, lua_gettop(L), &count);
        return name ? call_script(L, name, count, depth, out, err)
                    : table_script(L, key, depth, out, err);
    }
    default:
        return refuse(L, -1, key, err);
    }
}

bool host_script(lua_State *L, int index, Text *out, Error *err) {
    text_add(out, "return sweep ");
    lua_pushvalue(L, index);
    bool good = value_script(L, "sweep", 0, out, err);
    lua_pop(L, 1);
    text_add(out, "\n");
    return good;
}
