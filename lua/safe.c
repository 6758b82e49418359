#include "lua/safe.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdbool.h>
#include <string.h>

#define REP_BYTES ((size_t)1 << 20)

// Whether the value at a sorts before the one at b.
typedef bool (*Less)(lua_State *L, int a, int b);

// Long texts take long to compare, in one instruction.
static bool less_default(lua_State *L, int a, int b) {
    if (lua_type(L, a) == LUA_TSTRING && lua_rawlen(L, a) > 256)
        sandbox_charge(L, (double)lua_rawlen(L, a) / 16);
    return lua_compare(L, a, b, LUA_OPLT);
}

static bool less_called(lua_State *L, int a, int b) {
    lua_pushvalue(L, 2);
    lua_pushvalue(L, a);
    lua_pushvalue(L, b);
    lua_call(L, 2, 1);
    bool less = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return less;
}

static int key_rank(lua_State *L, int index) {
    switch (lua_type(L, index)) {
    case LUA_TNUMBER:
        return 0;
    case LUA_TSTRING:
        return 1;
    case LUA_TBOOLEAN:
        return 2;
    default:
        return luaL_error(L, "a table with keys of type %s has no order", luaL_typename(L, index));
    }
}

static bool less_key(lua_State *L, int a, int b) {
    int rank_a = key_rank(L, a), rank_b = key_rank(L, b);
    if (rank_a != rank_b)
        return rank_a < rank_b;
    if (rank_a == 2)
        return lua_toboolean(L, a) < lua_toboolean(L, b);
    return lua_compare(L, a, b, LUA_OPLT);
}

// Merges the runs [low, middle) and [middle, high) of `from` into `to`.
static void merge_runs(lua_State *L, const int tables[2], const lua_Integer run[3], Less less) {
    lua_Integer a = run[0], b = run[1];
    for (lua_Integer out = run[0]; out < run[2]; out++) {
        bool second = a >= run[1];
        if (!second && b < run[2]) {
            lua_geti(L, tables[0], b);
            lua_geti(L, tables[0], a);
            int top = lua_gettop(L);
            second = less(L, top - 1, top);
            lua_pop(L, 2);
        }
        lua_geti(L, tables[0], second ? b++ : a++);
        lua_seti(L, tables[1], out);
    }
}

// Stable merge sort of the first `count` elements: the same order on every run, whatever the comparison returns.
static void sort_list(lua_State *L, int list, lua_Integer count, Less less) {
    luaL_checkstack(L, 8, NULL);
    list = lua_absindex(L, list);
    lua_createtable(L, count < 1 << 20 ? (int)count : 0, 0);
    int tables[2] = {list, lua_gettop(L)};
    for (lua_Integer width = 1; width < count; width *= 2) {
        sandbox_charge(L, (double)count);
        for (lua_Integer low = 1; low <= count; low += 2 * width) {
            lua_Integer end = count + 1, middle = low + width, high = low + 2 * width;
            merge_runs(L, tables,
                       (lua_Integer[3]){low, middle < end ? middle : end, high < end ? high : end},
                       less);
        }
        int swap = tables[0];
        tables[0] = tables[1];
        tables[1] = swap;
    }
    for (lua_Integer i = 1; tables[0] != list && i <= count; i++) {
        lua_geti(L, tables[0], i);
        lua_seti(L, list, i);
    }
    lua_pop(L, 1);
}

static int safe_sort(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    if (!lua_isnoneornil(L, 2))
        luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    sort_list(L, 1, luaL_len(L, 1), lua_isnil(L, 2) ? less_default : less_called);
    return 0;
}

void safe_keys(lua_State *L, int index) {
    int table = lua_absindex(L, index);
    luaL_checkstack(L, 8, NULL);
    lua_newtable(L);
    lua_Integer count = 0;
    for (lua_pushnil(L); lua_next(L, table);) {
        lua_pop(L, 1);
        lua_pushvalue(L, -1);
        lua_seti(L, -3, ++count);
    }
    if (count == 1) { // nothing is compared, so the type is looked at here
        lua_geti(L, -1, 1);
        key_rank(L, -1);
        lua_pop(L, 1);
    }
    sort_list(L, -1, count, less_key);
}

// Upvalues: the sorted keys, the place among them.
static int next_key(lua_State *L) {
    lua_Integer i = lua_tointeger(L, lua_upvalueindex(2));
    for (;;) {
        if (lua_geti(L, lua_upvalueindex(1), ++i) == LUA_TNIL)
            return 1;
        lua_pushvalue(L, -1);
        if (lua_rawget(L, 1) != LUA_TNIL)
            break; // else it was removed meanwhile
        lua_pop(L, 2);
    }
    lua_pushinteger(L, i);
    lua_replace(L, lua_upvalueindex(2));
    return 2;
}

static int safe_pairs(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    safe_keys(L, 1);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, next_key, 2);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}

// Texts of tables and functions would hold their addresses, which differ from run to run.
static bool has_address(lua_State *L, int index) {
    int type = lua_type(L, index);
    return type != LUA_TNIL && type != LUA_TBOOLEAN && type != LUA_TNUMBER && type != LUA_TSTRING;
}

static int safe_tostring(lua_State *L) {
    luaL_checkany(L, 1);
    if (has_address(L, 1))
        lua_pushstring(L, luaL_typename(L, 1));
    else
        luaL_tolstring(L, 1, NULL);
    return 1;
}

// Only for functions without upvalues; messages then name them as the script does.
static int call_original(lua_State *L) {
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

static int safe_format(lua_State *L) {
    const char *format = luaL_checkstring(L, 1);
    while ((format = strchr(format, '%'))) {
        format += 1 + strspn(format + 1, "-+ #0123456789.");
        if (*format == 'p')
            return luaL_error(L, "string.format: %%p is not available");
        format += *format != '\0';
    }
    for (int i = 2; i <= lua_gettop(L); i++)
        if (has_address(L, i)) {
            lua_pushstring(L, luaL_typename(L, i));
            lua_replace(L, i);
        }
    return call_original(L);
}

static int safe_rep(lua_State *L) {
    size_t length, separator = 0;
    luaL_checklstring(L, 1, &length);
    lua_Integer times = luaL_checkinteger(L, 2);
    luaL_optlstring(L, 3, "", &separator);
    if (length + separator == 0) { // nothing, however often: Lua would count
        lua_pushliteral(L, "");
        return 1;
    }
    if (times > 0 && length + separator > REP_BYTES / (size_t)times)
        return luaL_error(L, "string.rep: the text would be longer than 1 MiB");
    return call_original(L);
}

static int safe_randomseed(lua_State *L) {
    luaL_checknumber(L, 1);                // without one Lua takes the time
    lua_pushvalue(L, lua_upvalueindex(1)); // it has an upvalue of its own: the generator
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 0);
    return 0;
}

static int safe_random(lua_State *L) {
    if (!sandbox_random(L))
        return luaL_error(L,
                          "math.random is not available inside a function of a sweep: its answer "
                          "must rest on its argument alone");
    lua_pushvalue(L, lua_upvalueindex(1)); // as above
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
    return 1;
}

// insert, remove, concat, unpack: may touch every element in one instruction.
static int counted(lua_State *L) {
    if (lua_istable(L, 1) && (lua_gettop(L) != 2 || lua_toboolean(L, lua_upvalueindex(2))))
        sandbox_charge(L, (double)lua_rawlen(L, 1));
    return call_original(L);
}

// Copies the named functions of the library on top of the stack into a new table, which replaces it.
static void keep_only(lua_State *L, const char *const *names) {
    lua_newtable(L);
    for (; *names; names++) {
        lua_getfield(L, -2, *names);
        lua_setfield(L, -2, *names);
    }
    lua_remove(L, -2);
}

// Replaces a function of the table on top by a C function with the original as its upvalue.
static void wrap(lua_State *L, const char *name, lua_CFunction function, bool always) {
    lua_getfield(L, -1, name);
    lua_pushboolean(L, always);
    lua_pushcclosure(L, function, 2);
    lua_setfield(L, -2, name);
}

static void open_string(lua_State *L) {
    static const char *const NAMES[] = {"byte", "char",    "format", "len",   "lower",
                                        "rep",  "reverse", "sub",    "upper", NULL};
    luaL_requiref(L, LUA_STRLIBNAME, luaopen_string, 0);
    keep_only(L, NAMES);
    wrap(L, "format", safe_format, false);
    wrap(L, "rep", safe_rep, false);
    // Methods of strings, as in ("x"):rep(3), are looked up in their metatable.
    lua_pushliteral(L, "");
    lua_getmetatable(L, -1);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 2);
}

static void open_table(lua_State *L) {
    static const char *const NAMES[] = {"concat", "insert", "pack", "remove", "unpack", NULL};
    luaL_requiref(L, LUA_TABLIBNAME, luaopen_table, 0);
    keep_only(L, NAMES);
    wrap(L, "insert", counted, false);
    wrap(L, "remove", counted, true);
    wrap(L, "concat", counted, true);
    wrap(L, "unpack", counted, true);
    lua_pushcfunction(L, safe_sort);
    lua_setfield(L, -2, "sort");
}

static void open_math(lua_State *L) {
    luaL_requiref(L, LUA_MATHLIBNAME, luaopen_math, 0);
    lua_getfield(L, -1, "randomseed");
    lua_pushinteger(L, 1);
    lua_call(L, 1, 0);
    wrap(L, "randomseed", safe_randomseed, false);
    wrap(L, "random", safe_random, false);
}

void safe_open(lua_State *L) {
    static const char *const NAMES[] = {"assert",   "error", "ipairs", "select",
                                        "tonumber", "type",  NULL};
    lua_pushcfunction(L, luaopen_base);
    lua_call(L, 0, 1); // leaves the global table, of which a few functions are taken
    for (const char *const *name = NAMES; *name; name++) {
        lua_getfield(L, -1, *name);
        lua_setfield(L, -3, *name);
    }
    lua_pop(L, 1);
    lua_pushcfunction(L, safe_pairs);
    lua_setfield(L, -2, "pairs");
    lua_pushcfunction(L, safe_tostring);
    lua_setfield(L, -2, "tostring");
    open_string(L);
    lua_setfield(L, -2, "string");
    open_table(L);
    lua_setfield(L, -2, "table");
    open_math(L);
    lua_setfield(L, -2, "math");
}
