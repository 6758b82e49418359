#include "lua/record_axes.h"

#include <stdio.h>
#include <string.h>

#include "arch/shape.h"
#include "sim/base/text.h"

// Lists come first and functions after them, so that a function sees every list of its part.
typedef enum Pass { PASS_LISTS, PASS_FUNCTIONS, PASS_COUNT } Pass;

typedef struct Varied {
    ScriptReader *reader;
    SpacePart part;
    Pass pass;
    const char *base; // the first base, to find the elements of its lists
    Place place;      // of the table on top of the stack, for messages
} Varied;

static Varied inside(const Varied *varied, const char *key) {
    Varied inner = *varied;
    inner.place = place_key(varied->place, key);
    return inner;
}

static bool fail_at(const Varied *varied, const char *key) {
    return error_where(varied->reader->err, varied->reader->file,
                       place_key(varied->place, key).line);
}

static bool is_function(lua_State *L) {
    int line;
    const char *kind = reader_kind(L, -1, &line);
    return lua_isfunction(L, -1) || (kind && strcmp(kind, "upto") == 0);
}

// The value on top of the stack, which is taken out of the table below it when it is an axis of this pass. Pops it.
static bool take_value(const Varied *varied, const char *key, const Field *field, size_t offset,
                       const char *name) {
    ScriptReader *reader = varied->reader;
    lua_State *L = reader->L;
    bool mine = field->kind != FIELD_LIST && field->kind != FIELD_SECTION && axis_is(L, -1) &&
                is_function(L) == (varied->pass == PASS_FUNCTIONS);
    bool good = true;
    if (mine) {
        Axis *axis = script_axis(reader, name);
        good = axis && axis_read(L, field, reader->arena, &reader->functions, axis, reader->err);
        if (axis) {
            axis->part = varied->part;
            axis->offset = offset;
            axis->help = field->help;
        }
    }
    lua_pop(L, 1);
    if (mine && good) {
        lua_pushstring(L, key);
        lua_pushnil(L);
        lua_rawset(L, -3);
    }
    return good || fail_at(varied, key);
}

static const char *unit_ending(Unit unit) {
    switch (unit) {
    case UNIT_S:
        return "_s";
    case UNIT_BYTES:
        return "_bytes";
    case UNIT_FLOP:
        return "_flop";
    case UNIT_BYTES_PER_S:
        return "_bytes_per_s";
    case UNIT_FLOP_PER_S:
        return "_flop_per_s";
    case UNIT_PER_S:
        return "_per_s";
    case UNIT_HZ:
        return "_hz";
    case UNIT_W:
        return "_w";
    case UNIT_J:
        return "_j";
    case UNIT_USD:
        return "_usd";
    case UNIT_USD_PER_HOUR:
        return "_usd_per_hour";
    default:
        return "";
    }
}

// Pushes table[key] of the table on top of the stack when it is there.
static bool push_value(lua_State *L, const char *key) {
    lua_pushstring(L, key);
    if (lua_rawget(L, -2) != LUA_TNIL)
        return true;
    lua_pop(L, 1);
    return false;
}

static bool has_value(lua_State *L, const char *key) {
    bool has = push_value(L, key);
    lua_pop(L, has);
    return has;
}

static bool strip(const Varied *varied, const FieldTable *table, size_t offset, const char *prefix);

// levels = { nvlink = { ... } }: the base's elements by name.
static bool strip_list(const Varied *varied, const Field *field, size_t offset) {
    lua_State *L = varied->reader->L;
    const char *object = varied->base + offset;
    int count = *(const int *)(const void *)(object + field->count_offset);
    for (int i = 0; i < count; i++) {
        size_t element = field->offset + (size_t)i * field->table->size;
        const char *name = NULL;
        for (int f = 0; f < field->table->count; f++)
            if (strcmp(field->table->fields[f].name, "name") == 0)
                name = *(const char *const *)(const void *)(object + element +
                                                            field->table->fields[f].offset);
        if (!name || !push_value(L, name))
            continue;
        Varied inner = inside(varied, name);
        bool good = !lua_istable(L, -1) || strip(&inner, field->table, offset + element, name);
        lua_pop(L, 1);
        if (!good)
            return false;
    }
    return true;
}

// Takes the axes out of the table on top of the stack; sections by the same names.
static bool strip(const Varied *varied, const FieldTable *table, size_t offset,
                  const char *prefix) {
    lua_State *L = varied->reader->L;
    for (int i = 0; i < table->count; i++) {
        const Field *field = &table->fields[i];
        if (!push_value(L, field->name))
            continue;
        bool sections = field->kind == FIELD_LIST && field->element == FIELD_SECTION;
        bool good;
        if ((field->kind == FIELD_SECTION || sections) && lua_istable(L, -1)) {
            Varied inner = inside(varied, field->name);
            good = sections ? strip_list(&inner, field, offset)
                            : strip(&inner, field->table, offset + field->offset, field->name);
            lua_pop(L, 1);
        } else {
            char name[128];
            size_t first;
            Error none;
            bool model = varied->part == PART_MODEL &&
                         shape_field(field->name, &first, &none) == field && first == offset;
            snprintf(name, sizeof name, "%s%s%s%s", model ? "" : prefix,
                     !model && prefix[0] ? "_" : "", field->name, unit_ending(field->unit));
            good = take_value(varied, field->name, field, offset, name);
        }
        if (!good)
            return false;
    }
    return true;
}

// A key of a shape that stands for a field in a section: an axis is taken, a value moved into the section's table.
static bool settle_key(const Varied *varied, const Field *section, const Field *leaf,
                       const char *key) {
    lua_State *L = varied->reader->L;
    if (!push_value(L, key))
        return true;
    if (axis_is(L, -1) && leaf->kind != FIELD_LIST) {
        char name[128];
        snprintf(name, sizeof name, "%s", key);
        for (char *dot; (dot = strchr(name, '.'));)
            *dot = '_';
        return take_value(varied, key, leaf, section->offset, name);
    }
    if (!push_value((lua_pushvalue(L, -2), L), section->name)) {
        lua_newtable(L);
        lua_pushstring(L, section->name);
        lua_pushvalue(L, -2);
        lua_rawset(L, -4);
    }
    // value, shape, section
    if (!lua_istable(L, -1)) {
        lua_pop(L, 3);
        error_set(varied->reader->err, "%s: takes a table { ... }", section->name);
        return fail_at(varied, section->name);
    }
    lua_pushstring(L, leaf->name);
    lua_pushvalue(L, -4);
    lua_rawset(L, -3);
    lua_pop(L, 3);
    lua_pushstring(L, key);
    lua_pushnil(L);
    lua_rawset(L, -3);
    return true;
}

// Plain names of fields in sections: d_ff = ... in place of ffn = { d_ff = ... }.
static bool settle_names(const Varied *varied) {
    lua_State *L = varied->reader->L;
    for (int i = 0; i < MODEL_TABLE.count; i++) {
        const Field *section = &MODEL_TABLE.fields[i];
        if (section->kind != FIELD_SECTION)
            continue;
        for (int j = 0; j < section->table->count; j++) {
            const Field *leaf = &section->table->fields[j];
            char dotted[128];
            size_t offset = 0;
            Error none;
            snprintf(dotted, sizeof dotted, "%s.%s", section->name, leaf->name);
            bool plain = has_value(L, leaf->name) &&
                         shape_field(leaf->name, &offset, &none) == leaf &&
                         offset == section->offset;
            if ((plain && !settle_key(varied, section, leaf, leaf->name)) ||
                !settle_key(varied, section, leaf, dotted))
                return false;
        }
    }
    return true;
}

// Plain names that are no field of any section; the rest is checked where the table is read.
static bool check_names(const Varied *varied) {
    lua_State *L = varied->reader->L;
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        size_t offset;
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : NULL;
        if (!key || shape_field(key, &offset, varied->reader->err))
            continue;
        key = arena_text(varied->reader->arena, key);
        lua_pop(L, 2);
        return fail_at(varied, key);
    }
    return true;
}

#define RECORD_KEYS 10000

// Puts a copy of the table on top of the stack in its place, since what varies is taken out and a script may use one table
// twice; lists are not copied. false: more than *room keys.
static bool copy_table(lua_State *L, int *room) {
    if (!lua_checkstack(L, 8))
        return false;
    lua_newtable(L);
    for (lua_pushnil(L); lua_next(L, -3);) {
        int line;
        if ((*room)-- <= 0)
            return false;
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        if (lua_istable(L, -1) && lua_rawlen(L, -1) == 0 && !reader_kind(L, -1, &line) &&
            !copy_table(L, room))
            return false;
        lua_rawset(L, -4);
    }
    lua_remove(L, -2);
    return true;
}

// The record on top of the stack, which keeps its kind and line.
static bool copy_record(lua_State *L, Error *err) {
    int top = lua_gettop(L), room = RECORD_KEYS;
    lua_pushvalue(L, -1);
    if (!copy_table(L, &room)) {
        lua_settop(L, top);
        return error_set(err, "a table of more than %d keys", RECORD_KEYS);
    }
    lua_getmetatable(L, -2);
    lua_setmetatable(L, -2);
    lua_remove(L, -2);
    return true;
}

// The number of layers changes few costs: as the last axis of the model it lets neighbours share them.
static void layers_last(Space *space) {
    int last = space->axis_count - 1;
    for (int i = 0; i < last; i++) {
        const Axis *axis = &space->axes[i];
        if (axis->part != PART_MODEL || axis->function >= 0 || strcmp(axis->name, "layers") != 0)
            continue;
        // Behind the other lists, before the functions.
        int place = i;
        while (place < last && space->axes[place + 1].part == PART_MODEL &&
               space->axes[place + 1].function < 0)
            place++;
        Axis layers = *axis;
        memmove(&space->axes[i], &space->axes[i + 1], (size_t)(place - i) * sizeof space->axes[0]);
        space->axes[place] = layers;
        return;
    }
}

static const char *name_of(SpacePart part, const void *object) {
    return part == PART_CHIP     ? ((const Chip *)object)->name
           : part == PART_SYSTEM ? ((const System *)object)->name
                                 : ((const Model *)object)->name;
}

static const void *find_base(const ScriptReader *reader, SpacePart part, const char *name) {
    const Catalog *catalog = library_catalog(reader->library);
    if (strchr(name, '/') || strstr(name, ".lua") || strstr(name, ".json")) {
        error_set(reader->err, "base: '%.60s': a script cannot name files", name);
        return NULL;
    }
    if (part == PART_CHIP)
        return catalog_chip(catalog, name, reader->err);
    if (part == PART_SYSTEM)
        return catalog_system(catalog, name, reader->err);
    return catalog_model(catalog, name, reader->err);
}

// Names of bases from the field `base` of the table on top of the stack.
static const char **read_bases(ScriptReader *reader, int *count) {
    lua_State *L = reader->L;
    lua_getfield(L, -1, "base");
    bool list = lua_istable(L, -1);
    *count = !list && lua_type(L, -1) == LUA_TSTRING;
    if (list && lua_rawlen(L, -1) > 0 &&
        !axis_list(L, "base", SCRIPT_OBJECTS, count, reader->err)) {
        lua_pop(L, 1);
        *count = 0;
        return NULL;
    }
    const char **names = arena_take(reader->arena, ((size_t)*count + 1) * sizeof *names);
    for (int i = 0; i < *count; i++) {
        if (list)
            lua_rawgeti(L, -1, i + 1);
        else
            lua_pushvalue(L, -1);
        if (lua_type(L, -1) == LUA_TSTRING)
            names[i] = arena_text(reader->arena, lua_tostring(L, -1));
        lua_pop(L, 1);
        if (names[i])
            continue;
        *count = 0;
        break;
    }
    lua_pop(L, 1);
    if (*count == 0)
        error_set(reader->err, "base: takes a name or a list of names");
    return names;
}

static const void *apply_shape(ScriptReader *reader, const Model *base, bool varied) {
    lua_State *L = reader->L;
    Model *model = arena_take(reader->arena, sizeof *model);
    *model = *base;
    model->published_params = model->published_active_params = 0;
    model->alias_count = 0;
    ReadPlace place = {.file = reader->file, .text = reader->text, .line = reader->line};
    reader_kind(L, -1, &place.line);
    if (!reader_derive(L, -1, &MODEL_TABLE, model, reader->arena, &place, reader->err))
        return NULL;
    return varied || shape_settle(model, reader->err) ? model : NULL;
}

// The base with what the table on top of the stack changes for good.
static const void *apply(ScriptReader *reader, SpacePart part, const char *name, const void *base,
                         bool varied) {
    static const char *const KINDS[] = {"chip", "system", "model"};
    lua_State *L = reader->L;
    if (part == PART_MODEL)
        return apply_shape(reader, base, varied);
    bool named = push_value(L, "name");
    if (named)
        lua_pop(L, 1);
    char own[256];
    snprintf(own, sizeof own, "%s*", name);
    lua_pushstring(L, name);
    lua_setfield(L, -2, "base");
    if (!named) {
        lua_pushstring(L, own);
        lua_setfield(L, -2, "name");
    }
    ReadPlace place = {.file = reader->file, .text = reader->text, .line = reader->line};
    const void *object =
        library_take(reader->library, KINDS[part], L, &place, reader->arena, reader->err);
    if (!named) {
        lua_pushnil(L);
        lua_setfield(L, -2, "name");
    }
    return object;
}

bool record_axes(ScriptReader *reader, SpacePart part) {
    static const char *const KEYS[] = {"chip", "system", "model"};
    static const FieldTable *const TABLES[] = {&CHIP_TABLE, &SYSTEM_TABLE, &MODEL_TABLE};
    lua_State *L = reader->L;
    Space *space = reader->space;
    int count, line = reader->line;
    reader_kind(L, -1, &line);
    Varied varied = {reader, part, PASS_LISTS, NULL, place_call(reader->text, line)};
    const char **names = read_bases(reader, &count);
    if (count == 0)
        return fail_at(&varied, "base");
    if (!copy_record(L, reader->err))
        return false;
    lua_pushnil(L);
    lua_setfield(L, -2, "base");
    const void *first = find_base(reader, part, names[0]);
    int whole = count > 1 ? space->axis_count : -1;
    if (!first)
        return fail_at(&varied, "base");
    if (count > 1 && !script_axis(reader, KEYS[part]))
        return false;
    varied.base = first;
    int before = space->axis_count;
    bool peak = part == PART_CHIP && has_value(L, "peak");
    for (; varied.pass < PASS_COUNT; varied.pass++)
        if (!strip(&varied, TABLES[part], 0, "") || (part == PART_MODEL && !settle_names(&varied)))
            return false;
    layers_last(space);
    if (part == PART_MODEL && !check_names(&varied))
        return false;
    space->peak_given |= peak;
    AxisValue *values = arena_take(reader->arena, (size_t)count * sizeof *values);
    for (int i = 0; i < count; i++) {
        const void *base = find_base(reader, part, names[i]);
        if (!base)
            return fail_at(&varied, "base");
        values[i].number = i;
        values[i].text = name_of(part, base);
        for (int j = 0; j < i; j++) {
            if (strcmp(values[i].text, values[j].text) != 0)
                continue;
            error_set(reader->err, "base: '%.60s' stands in the list twice", values[i].text);
            return fail_at(&varied, "base");
        }
        values[i].object = apply(reader, part, names[i], base, space->axis_count > before);
        if (!values[i].object)
            return false;
    }
    if (whole >= 0) {
        Axis *axis = &space->axes[whole];
        axis->part = part;
        axis->values = values;
        axis->count = axis->value_count = count;
    }
    if (part == PART_CHIP)
        space->chip = values[0].object;
    else if (part == PART_SYSTEM)
        space->system = values[0].object;
    else
        space->model = values[0].object;
    return true;
}
