#include "lua/reader.h"

#include <lauxlib.h>
#include <limits.h>
#include <string.h>

#include "lua/place.h"
#include "lua/record.h"
#include "sim/base/text.h"

#define TEXT_BYTES ((size_t)1 << 16)

typedef struct Reading {
    lua_State *L;
    Arena *arena;
    const ReadPlace *place;
    Error *err;
    bool deriving; // the object holds its base's values
} Reading;

// The way from the outermost table to one inside; looked up in the text only when something is wrong.
typedef struct Path {
    const struct Path *above; // NULL: the outermost table
    const char *key;          // NULL: an element of a list
    int element;
} Path;

static Place find(const Reading *reading, const Path *path) {
    if (!path->above)
        return place_call(reading->place->text, reading->place->line);
    Place above = find(reading, path->above);
    return path->key ? place_key(above, path->key) : place_element(above, path->element);
}

static int line_of(const Reading *reading, const Path *path) {
    return reading->place->text ? find(reading, path).line : reading->place->line;
}

static bool fail(const Reading *reading, const Path *path) {
    return error_where(reading->err, reading->place->file, line_of(reading, path));
}

static const Field *known(const FieldTable *table, const char *name) {
    for (int i = 0; i < table->count; i++)
        if (strcmp(table->fields[i].name, name) == 0)
            return &table->fields[i];
    return NULL;
}

// Of several unknown keys the one that is written first is reported; Lua hands them out in no order.
static bool check_keys(const Reading *reading, const FieldTable *table, const Path *path) {
    lua_State *L = reading->L;
    const char *worst = NULL;
    int worst_line = INT_MAX;
    for (lua_pushnil(L); lua_next(L, -2);) {
        lua_pop(L, 1);
        if (lua_type(L, -1) != LUA_TSTRING) {
            lua_pop(L, 1);
            error_set(reading->err, "%s has a value without a name", table->name);
            error_hint(reading->err, "write field = value");
            return fail(reading, path);
        }
        const char *name = lua_tostring(L, -1);
        if (known(table, name))
            continue;
        int line = line_of(reading, &(Path){.above = path, .key = name});
        if (!worst || line < worst_line || (line == worst_line && strcmp(name, worst) < 0)) {
            worst = name;
            worst_line = line;
        }
    }
    if (!worst)
        return true;
    field_find(table, worst, reading->err);
    return error_where(reading->err, reading->place->file, worst_line);
}

static bool set_text(const Reading *reading, const Field *field, void *object) {
    size_t length;
    const char *text = lua_tolstring(reading->L, -1, &length);
    if (length > TEXT_BYTES)
        return error_set(reading->err, "%s: the text is longer than 64 KiB", field->name);
    if (memchr(text, '\0', length))
        return error_set(reading->err, "%s: the text holds a zero byte", field->name);
    if (field->kind == FIELD_TEXT)
        text = arena_text_n(reading->arena, text, length);
    return field_set_text(field, object, text, reading->err);
}

// Whether the value on top of the stack was made by times.
static bool is_times(lua_State *L, double *factor) {
    int line;
    const char *kind = reader_kind(L, -1, &line);
    if (!kind || strcmp(kind, "times") != 0)
        return false;
    lua_rawgeti(L, -1, 1);
    *factor = lua_tonumber(L, -1); // 0 for a list, which only a sweep can take
    lua_pop(L, 1);
    return true;
}

static bool set_times(const Reading *reading, const Field *field, void *object, double factor) {
    if (factor == 0)
        return error_set(reading->err, "%s: times takes one number here, a list only in a sweep",
                         field->name);
    if (!reading->deriving) {
        error_set(reading->err, "%s: times(x) multiplies a base's value, here there is none",
                  field->name);
        return error_hint(reading->err, "a variant is written as derive { base = ..., ... }");
    }
    if (field->kind != FIELD_NUMBER && field->kind != FIELD_INT)
        return error_set(reading->err, "%s: is no number, so times(x) cannot change it",
                         field->name);
    double value = field_number(field, object);
    if (!record_has(field, object) || value == 0) {
        error_set(reading->err, "%s: the base has none that times(%g) could multiply", field->name,
                  factor);
        return error_hint(reading->err, "give its value");
    }
    return field_set_number(field, object, value * factor, reading->err);
}

static bool set_scalar(const Reading *reading, const Field *field, void *object) {
    lua_State *L = reading->L;
    double factor;
    if (is_times(L, &factor))
        return set_times(reading, field, object, factor);
    switch (lua_type(L, -1)) {
    case LUA_TNUMBER:
        return field_set_number(field, object, lua_tonumber(L, -1), reading->err);
    case LUA_TSTRING:
        return set_text(reading, field, object);
    case LUA_TBOOLEAN:
        return field_set_bool(field, object, lua_toboolean(L, -1), reading->err);
    default:
        return error_set(reading->err, "%s: takes a value, not a %s", field->name,
                         luaL_typename(L, -1));
    }
}

static bool read_table(const Reading *reading, const FieldTable *table, void *object,
                       const Path *path);

static size_t element_size(const Field *field) {
    switch (field->element) {
    case FIELD_INT:
        return sizeof(int);
    case FIELD_NUMBER:
        return sizeof(double);
    case FIELD_TEXT:
        return sizeof(const char *);
    default:
        return field->table->size;
    }
}

// An element given anew has no base.
static bool read_element(const Reading *reading, const Field *field, void *element,
                         const Path *path) {
    Reading anew = *reading;
    anew.deriving = false;
    if (field->element == FIELD_SECTION) {
        memset(element, 0, field->table->size);
        field_init(field->table, element);
        return read_table(&anew, field->table, element, path);
    }
    Field one = *field;
    one.kind = field->element;
    one.capacity = 0;
    one.offset = 0;
    return set_scalar(&anew, &one, element) || fail(reading, path);
}

// A list: 1, 2, ... and nothing else.
static bool check_list(const Reading *reading, const Field *field) {
    lua_State *L = reading->L;
    if (!lua_istable(L, -1))
        return error_set(reading->err, "%s: takes a list { ... }, not a %s", field->name,
                         luaL_typename(L, -1));
    size_t length = lua_rawlen(L, -1), entries = 0;
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1))
        entries++;
    if (entries != length)
        return error_set(reading->err, "%s: takes a list without names and gaps", field->name);
    if (length > (size_t)field->capacity)
        return error_set(reading->err, "%s: has %zu elements, at most %d are taken", field->name,
                         length, field->capacity);
    return true;
}

// The name of a section that has one, else NULL.
static const char *name_of(const FieldTable *table, const void *element) {
    const Field *field = known(table, "name");
    return field ? *(const char *const *)(const void *)((const char *)element + field->offset)
                 : NULL;
}

// levels = { nvlink = { ... } }: changes the base's element of that name.
static bool read_named(const Reading *reading, const Field *field, void *object, const Path *path) {
    lua_State *L = reading->L;
    char *elements = (char *)object + field->offset;
    int count = *(int *)((char *)object + field->count_offset);
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
        Path inside = {.above = path, .key = key};
        Nearest nearest = {0};
        int i = 0;
        for (; i < count; i++) {
            const char *name = name_of(field->table, elements + (size_t)i * element_size(field));
            if (name && strcmp(name, key) == 0)
                break;
            nearest_offer(&nearest, key, name ? name : "");
        }
        if (i == count) {
            error_set(reading->err, "%s: the base has no %s '%s'", field->name, field->table->name,
                      key);
            if (nearest.best)
                error_hint(reading->err, "did you mean '%s'?", nearest.best);
            return fail(reading, &inside);
        }
        if (!read_table(reading, field->table, elements + (size_t)i * element_size(field), &inside))
            return false;
    }
    return true;
}

static bool read_list(const Reading *reading, const Field *field, void *object, const Path *path) {
    lua_State *L = reading->L;
    if (reading->deriving && field->element == FIELD_SECTION && lua_istable(L, -1) &&
        lua_rawlen(L, -1) == 0)
        return read_named(reading, field, object, path);
    if (!check_list(reading, field))
        return fail(reading, path);
    int count = (int)lua_rawlen(L, -1);
    char *elements = (char *)object + field->offset;
    for (int i = 0; i < count; i++) {
        lua_rawgeti(L, -1, i + 1);
        Path inside = {.above = path, .element = i + 1};
        if (!read_element(reading, field, elements + (size_t)i * element_size(field), &inside))
            return false;
        lua_pop(L, 1);
    }
    *(int *)((char *)object + field->count_offset) = count;
    return true;
}

static bool read_field(const Reading *reading, const Field *field, void *object, const Path *path) {
    if (field->kind == FIELD_SECTION)
        return read_table(reading, field->table, (char *)object + field->offset, path);
    if (field->kind == FIELD_LIST)
        return read_list(reading, field, object, path);
    return set_scalar(reading, field, object) || fail(reading, path);
}

// A section with changed values and the base's source says whose the changes are.
static void mark_changed(const Reading *reading, const FieldTable *table, void *object) {
    lua_State *L = reading->L;
    const Field *source = known(table, "source");
    if (!source)
        return;
    Text changed = {0};
    for (int i = 0; i < table->count; i++) {
        const char *name = table->fields[i].name;
        bool given = lua_getfield(L, -1, name) != LUA_TNIL;
        lua_pop(L, 1);
        if (given && &table->fields[i] == source) {
            text_free(&changed);
            return;
        }
        if (given && strcmp(name, "doubtful") != 0)
            text_addf(&changed, "%s%s", changed.length ? ", " : "", name);
    }
    if (changed.length) {
        const char **text = (const char **)(void *)((char *)object + source->offset);
        text_addf(&changed, " by %s; the rest: %s", reading->place->file,
                  *text ? *text : "unknown");
        *text = arena_text(reading->arena, changed.data);
    }
    text_free(&changed);
}

// Reads the value on top of the stack, which stays there.
static bool read_table(const Reading *reading, const FieldTable *table, void *object,
                       const Path *path) {
    lua_State *L = reading->L;
    if (!lua_istable(L, -1)) {
        error_set(reading->err, "%s: takes a table { ... }, not a %s", table->name,
                  luaL_typename(L, -1));
        return fail(reading, path);
    }
    if (!check_keys(reading, table, path))
        return false;
    for (int i = 0; i < table->count; i++) {
        const Field *field = &table->fields[i];
        lua_pushstring(L, field->name);
        if (lua_rawget(L, -2) == LUA_TNIL) {
            lua_pop(L, 1);
            if (!field->required || reading->deriving)
                continue;
            error_set(reading->err, "%s needs '%s'", table->name, field->name);
            error_hint(reading->err, "%s: %s", field->name, field->help);
            return fail(reading, path);
        }
        if (!read_field(reading, field, object, &(Path){.above = path, .key = field->name}))
            return false;
        lua_pop(L, 1);
    }
    if (reading->deriving)
        mark_changed(reading, table, object);
    return true;
}

static bool read_outermost(const Reading *reading, int index, const FieldTable *table,
                           void *object) {
    lua_State *L = reading->L;
    int top = lua_gettop(L);
    luaL_checkstack(L, 32, NULL);
    lua_pushvalue(L, index);
    bool read = read_table(reading, table, object, &(Path){.above = NULL});
    lua_settop(L, top);
    return read;
}

bool reader_read(lua_State *L, int index, const FieldTable *table, void *object, Arena *arena,
                 const ReadPlace *place, Error *err) {
    Reading reading = {L, arena, place, err, false};
    field_init(table, object);
    return read_outermost(&reading, index, table, object);
}

bool reader_derive(lua_State *L, int index, const FieldTable *table, void *object, Arena *arena,
                   const ReadPlace *place, Error *err) {
    Reading reading = {L, arena, place, err, true};
    return read_outermost(&reading, index, table, object);
}

void reader_mark(lua_State *L, const char *kind) {
    lua_Debug caller;
    int line = 0;
    if (lua_getstack(L, 1, &caller) && lua_getinfo(L, "l", &caller) && caller.currentline > 0)
        line = caller.currentline;
    lua_createtable(L, 0, 2);
    lua_pushstring(L, kind);
    lua_setfield(L, -2, "kind");
    lua_pushinteger(L, line);
    lua_setfield(L, -2, "line");
    lua_setmetatable(L, -2);
}

// times(1.5), or times { 0.5, 1, 2 } where a sweep varies.
static int times(lua_State *L) {
    bool list = lua_gettop(L) == 1 && lua_istable(L, 1);
    double factor = lua_gettop(L) == 1 && lua_type(L, 1) == LUA_TNUMBER ? lua_tonumber(L, 1) : 0;
    if (!list && !(factor > 0 && factor < 1e9))
        return luaL_error(L, "times takes one number above 0: times(1.5)");
    lua_createtable(L, 1, 0);
    lua_pushvalue(L, 1);
    lua_rawseti(L, -2, 1);
    reader_mark(L, "times");
    return 1;
}

void reader_times(lua_State *L) {
    lua_pushcfunction(L, times);
}

// Upvalue: the kind.
static int construct(lua_State *L) {
    const char *kind = lua_tostring(L, lua_upvalueindex(1));
    if (lua_gettop(L) != 1 || !lua_istable(L, 1))
        return luaL_error(L, "%s takes one table: %s { ... }", kind, kind);
    if (lua_getmetatable(L, 1))
        return luaL_error(L, "%s takes a plain table, this one was made by another function", kind);
    reader_mark(L, kind);
    return 1;
}

void reader_constructor(lua_State *L, const char *kind) {
    lua_pushstring(L, kind);
    lua_pushcclosure(L, construct, 1);
}

const char *reader_kind(lua_State *L, int index, int *line) {
    if (!lua_istable(L, index) || !lua_getmetatable(L, index))
        return NULL;
    lua_getfield(L, -1, "line");
    *line = (int)lua_tointeger(L, -1);
    lua_pop(L, 1);
    lua_getfield(L, -1, "kind");
    const char *kind = lua_tostring(L, -1);
    lua_pop(L, 2);
    return kind;
}
