#include "lua/axis.h"

#include <lauxlib.h>
#include <math.h>
#include <string.h>

#include "lua/reader.h"
#include "lua/safe.h"

#define MOST_VALUES 1000000

static const char FUNCTIONS = 0; // its address is the key in the registry

static void push_list(lua_State *L, double count) {
    if (!(count >= 0 && count <= MOST_VALUES))
        luaL_error(L, "a list of more than %d values", MOST_VALUES);
    lua_createtable(L, (int)count, 0);
    sandbox_charge(L, count);
}

// Whole numbers stay whole in what a script prints of them.
static void append(lua_State *L, int place, double value) {
    if (value == floor(value) && fabs(value) < 0x1p53)
        lua_pushinteger(L, (lua_Integer)value);
    else
        lua_pushnumber(L, value);
    lua_rawseti(L, -2, place);
}

static int script_range(lua_State *L) {
    double first = luaL_checknumber(L, 1), last = luaL_checknumber(L, 2);
    double step = luaL_optnumber(L, 3, 1);
    if (!(step > 0) || !(last >= first) || !isfinite(last - first) || !isfinite(step))
        return luaL_error(L, "range(first, last, step) needs first <= last and a step above 0");
    double count = floor((last - first) / step * (1 + 1e-12) + 1e-9) + 1;
    push_list(L, count);
    for (int i = 0; i < (int)count; i++)
        append(L, i + 1, first + i * step);
    return 1;
}

static int script_pow2(lua_State *L) {
    double first = luaL_checknumber(L, 1), last = luaL_checknumber(L, 2);
    if (!(first > 0) || !(last >= first) || !isfinite(last))
        return luaL_error(L, "pow2(first, last) needs 0 < first <= last");
    push_list(L, floor(log2(last / first) + 1e-9) + 1);
    int place = 1;
    for (double value = first; value <= last; value *= 2)
        append(L, place++, value);
    return 1;
}

static int script_logspace(lua_State *L) {
    double first = luaL_checknumber(L, 1), last = luaL_checknumber(L, 2);
    lua_Integer count = luaL_checkinteger(L, 3);
    if (!(first > 0) || !(last > 0) || !isfinite(first) || !isfinite(last) || count < 2)
        return luaL_error(L, "logspace(first, last, count) needs numbers above 0 and a count of at "
                             "least 2");
    push_list(L, (double)count);
    for (int i = 0; i < (int)count; i++) {
        double value = first * pow(last / first, i / ((double)count - 1)), whole = round(value);
        value = fabs(value - whole) < 1e-12 * whole ? whole : value; // powers of two stay whole
        append(L, i + 1, i == 0 ? first : i == count - 1 ? last : value);
    }
    return 1;
}

// { kind = "upto", count, function }
static int script_upto(lua_State *L) {
    lua_Integer count = luaL_checkinteger(L, 1);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    if (lua_gettop(L) != 2 || count < 1 || count > MOST_VALUES)
        return luaL_error(L, "upto(most, function) needs a count of at least 1 and a function");
    lua_createtable(L, 2, 0);
    lua_pushvalue(L, 1);
    lua_rawseti(L, -2, 1);
    lua_pushvalue(L, 2);
    lua_rawseti(L, -2, 2);
    reader_mark(L, "upto");
    return 1;
}

void axis_functions(Sandbox *sandbox) {
    static const luaL_Reg FUNCTIONS_OF[] = {
        {"range",    script_range   },
        {"pow2",     script_pow2    },
        {"logspace", script_logspace},
        {"upto",     script_upto    },
        {NULL,       NULL           }
    };
    lua_State *L = sandbox_state(sandbox);
    for (const luaL_Reg *entry = FUNCTIONS_OF; entry->name; entry++) {
        lua_pushcfunction(L, entry->func);
        sandbox_define(sandbox, entry->name);
    }
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &FUNCTIONS);
}

int axis_keep_function(lua_State *L, AxisFunctions *functions) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &FUNCTIONS);
    lua_insert(L, -2);
    lua_rawseti(L, -2, functions->count + 1);
    lua_pop(L, 1);
    return functions->count++;
}

void axis_function(lua_State *L, int number) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &FUNCTIONS);
    lua_rawgeti(L, -1, number + 1);
    lua_remove(L, -2);
}

static bool is_kind(lua_State *L, int index, const char *wanted) {
    int line;
    const char *kind = reader_kind(L, index, &line);
    return kind && strcmp(kind, wanted) == 0;
}

bool axis_is(lua_State *L, int index) {
    if (lua_isfunction(L, index))
        return true;
    if (!lua_istable(L, index))
        return false;
    if (is_kind(L, index, "times")) {
        bool list = lua_rawgeti(L, index, 1) == LUA_TTABLE;
        lua_pop(L, 1);
        return list;
    }
    int line;
    const char *kind = reader_kind(L, index, &line);
    return kind ? strcmp(kind, "upto") == 0 : lua_rawlen(L, index) > 0;
}

bool axis_value(lua_State *L, const Field *field, Arena *arena, AxisValue *value, Error *err) {
    // The struct's place is taken by room for any value.
    union {
        int whole;
        double number;
        bool truth;
        const char *text;
    } room = {0};
    Field alone = *field;
    alone.offset = 0;
    *value = (AxisValue){0};
    switch (lua_type(L, -1)) {
    case LUA_TNUMBER:
        if (!field_set_number(&alone, &room, lua_tonumber(L, -1), err))
            return false;
        value->number = field_number(&alone, &room);
        return true;
    case LUA_TBOOLEAN:
        value->number = lua_toboolean(L, -1);
        return field_set_bool(&alone, &room, value->number != 0, err);
    case LUA_TSTRING: {
        size_t length;
        const char *text = lua_tolstring(L, -1, &length);
        if (strlen(text) != length)
            return error_set(err, "%s: the text holds a zero byte", field->name);
        if (!field_set_text(&alone, &room, text, err))
            return false;
        if (field->kind == FIELD_TEXT || field->kind == FIELD_WORD)
            value->text = arena_text(arena, text);
        else
            value->number = field_number(&alone, &room);
        return true;
    }
    default:
        return error_set(err, "%s: takes values, not a %s", field->name, luaL_typename(L, -1));
    }
}

bool axis_list(lua_State *L, const char *name, int most, int *count, Error *err) {
    lua_Unsigned length = lua_rawlen(L, -1), entries = 0;
    if (length == 0)
        return error_set(err, "%s: a list of no values", name);
    if (length > (lua_Unsigned)most)
        return error_set(err, "%s: a list of more than %d values", name, most);
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1))
        entries++;
    if (entries != length)
        return error_set(err, "%s: takes a list without names and gaps", name);
    *count = (int)length;
    return true;
}

// batch = "max" stands beside the numbers.
static bool is_largest(lua_State *L, const Field *field) {
    return strcmp(field->name, "batch") == 0 && field->offset == offsetof(Request, batch) &&
           lua_type(L, -1) == LUA_TSTRING && strcmp(lua_tostring(L, -1), "max") == 0;
}

// The list on top of the stack.
static bool read_list(lua_State *L, const Field *field, Arena *arena, Axis *axis, Error *err) {
    int count;
    if (!axis_list(L, field->name, MOST_VALUES, &count, err))
        return false;
    AxisValue *values = arena_take(arena, (size_t)count * sizeof *values);
    for (int i = 0; i < count; i++) {
        lua_rawgeti(L, -1, i + 1);
        bool largest = is_largest(L, field);
        bool good = largest || axis_value(L, field, arena, &values[i], err);
        if (largest)
            values[i] = (AxisValue){.text = "max"};
        lua_pop(L, 1);
        if (!good)
            return false;
        if (values[i].text)
            values[i].number = (double)i;
    }
    axis->values = values;
    axis->count = axis->value_count = count;
    return true;
}

// times { 0.5, 1, 2 }: numbers without unit, whatever the field's.
static bool read_times(lua_State *L, const Field *field, Arena *arena, Axis *axis, Error *err) {
    if (field->kind != FIELD_NUMBER && field->kind != FIELD_INT)
        return error_set(err, "%s: is no number, so times cannot change it", field->name);
    static const Field FACTOR = {.name = "times", .kind = FIELD_NUMBER, .min = 1e-9, .max = 1e9};
    lua_rawgeti(L, -1, 1);
    bool good = read_list(L, &FACTOR, arena, axis, err);
    lua_pop(L, 1);
    axis->times = true;
    return good;
}

// What a function may give of a field that takes words: all of them, so that rows can hold their numbers.
static void offer_words(const Field *field, Arena *arena, Axis *axis) {
    int count = 0;
    while (field->words && field->words[count])
        count++;
    if (count == 0)
        return;
    AxisValue *values = arena_take(arena, (size_t)count * sizeof *values);
    for (int i = 0; i < count; i++)
        values[i] = (AxisValue){.number = i, .text = field->words[i]};
    axis->values = values;
    axis->value_count = count;
}

bool axis_read(lua_State *L, const Field *field, Arena *arena, AxisFunctions *functions, Axis *axis,
               Error *err) {
    axis->field = field;
    axis->function = -1;
    bool upto = is_kind(L, -1, "upto");
    if (!upto && !lua_isfunction(L, -1)) {
        if (is_kind(L, -1, "times"))
            return read_times(L, field, arena, axis, err);
        return read_list(L, field, arena, axis, err);
    }
    if (field->kind == FIELD_TEXT)
        return error_set(err, "%s: a function can give numbers only, not texts", field->name);
    offer_words(field, arena, axis);
    axis->list = upto;
    axis->count = 1;
    if (upto) {
        lua_rawgeti(L, -1, 1);
        axis->count = (int)lua_tointeger(L, -1);
        lua_pop(L, 1);
        lua_rawgeti(L, -1, 2);
    } else {
        lua_pushvalue(L, -1);
    }
    axis->function = axis_keep_function(L, functions);
    return true;
}
