#include "lua/space_reader.h"

#include <lauxlib.h>
#include <string.h>

#include "arch/shape.h"
#include "lua/place.h"
#include "lua/plan_axes.h"
#include "lua/record_axes.h"
#include "sim/base/text.h"

bool script_fail(const ScriptReader *reader, const char *key) {
    Place place = place_call(reader->text, reader->line);
    if (key)
        place = place_key(place, key);
    return error_where(reader->err, reader->file, place.line ? place.line : reader->line);
}

bool script_get(const ScriptReader *reader, const char *key) {
    lua_pushstring(reader->L, key);
    if (lua_rawget(reader->L, reader->table) != LUA_TNIL)
        return true;
    lua_pop(reader->L, 1);
    return false;
}

static const char *kind_of(lua_State *L, int *line) {
    const char *kind = reader_kind(L, -1, line);
    return kind ? kind : "";
}

Place script_place(const ScriptReader *reader, const char *key) {
    int line;
    if (reader_kind(reader->L, -1, &line))
        return place_call(reader->text, line);
    return place_key(place_call(reader->text, reader->line), key);
}

Axis *script_axis(ScriptReader *reader, const char *name) {
    Space *space = reader->space;
    double points = 1;
    for (int i = 0; i < space->axis_count; i++)
        points *= space->axes[i].count > 0 ? space->axes[i].count : 1;
    if (points > 0x1p53) {
        error_set(reader->err, "the axes before '%s' have more than 2^53 combinations", name);
        return NULL;
    }
    if (space->axis_count == SPACE_AXES) {
        error_set(reader->err, "%s: at most %d axes are possible", name, SPACE_AXES);
        return NULL;
    }
    for (int i = 0; i < space->axis_count; i++) {
        if (strcmp(space->axes[i].name, name) != 0)
            continue;
        error_set(reader->err, "%s: two axes of this name", name);
        return NULL;
    }
    Axis *axis = &space->axes[space->axis_count++];
    *axis = (Axis){.name = arena_text(reader->arena, name), .function = -1};
    return axis;
}

// The chip, system or model on top of the stack: a name, or a record of the script's own.
static const void *take_object(ScriptReader *reader, SpacePart part) {
    static const char *const KINDS[] = {"chip", "system", "model"};
    lua_State *L = reader->L;
    const Catalog *catalog = library_catalog(reader->library);
    if (lua_type(L, -1) != LUA_TSTRING) {
        ReadPlace place = {.file = reader->file, .text = reader->text, .line = reader->line};
        int line;
        if (part == PART_MODEL && strcmp(kind_of(L, &line), "shape") == 0) {
            error_set(reader->err, "model: a shape stands alone, not in a list");
            error_hint(reader->err, "give shape a list of bases: shape { base = { ... }, ... }");
            return NULL;
        }
        const char *kind = kind_of(L, &line);
        if (strcmp(kind, KINDS[part]) != 0 && (strcmp(kind, "derive") != 0 || part == PART_MODEL)) {
            error_set(reader->err, "%s: takes a name or %s { ... }, not a %s", KINDS[part],
                      KINDS[part], kind[0] ? kind : luaL_typename(L, -1));
            return NULL;
        }
        return library_take(reader->library, KINDS[part], L, &place, reader->arena, reader->err);
    }
    const char *name = lua_tostring(L, -1);
    if (strchr(name, '/') || strstr(name, ".lua") || strstr(name, ".json")) {
        error_set(reader->err, "%s: '%.60s': a script cannot name files", KINDS[part], name);
        error_hint(reader->err, "write %s { ... } into the script itself", KINDS[part]);
        return NULL;
    }
    if (part == PART_CHIP)
        return catalog_chip(catalog, name, reader->err);
    if (part == PART_SYSTEM)
        return catalog_system(catalog, name, reader->err);
    return catalog_model(catalog, name, reader->err);
}

static const char *name_of(SpacePart part, const void *object) {
    return part == PART_CHIP     ? ((const Chip *)object)->name
           : part == PART_SYSTEM ? ((const System *)object)->name
                                 : ((const Model *)object)->name;
}

static void fix_object(Space *space, SpacePart part, const void *object) {
    if (part == PART_CHIP)
        space->chip = object;
    else if (part == PART_SYSTEM)
        space->system = object;
    else
        space->model = object;
}

// A list of names and records on top of the stack.
static bool read_objects(ScriptReader *reader, SpacePart part, const char *key) {
    lua_State *L = reader->L;
    int count;
    Axis *axis = script_axis(reader, key);
    if (!axis || !axis_list(L, key, SCRIPT_OBJECTS, &count, reader->err))
        return false;
    AxisValue *values = arena_take(reader->arena, (size_t)count * sizeof *values);
    for (int i = 0; i < count; i++) {
        lua_rawgeti(L, -1, i + 1);
        values[i].object = take_object(reader, part);
        lua_pop(L, 1);
        if (!values[i].object)
            return false;
        values[i].number = i;
        values[i].text = name_of(part, values[i].object);
        for (int j = 0; j < i; j++)
            if (strcmp(values[i].text, values[j].text) == 0)
                return error_set(reader->err, "%s: '%.60s' stands in the list twice", key,
                                 values[i].text);
    }
    axis->part = part;
    axis->values = values;
    axis->count = axis->value_count = count;
    fix_object(reader->space, part, values[0].object);
    return true;
}

static bool read_part(ScriptReader *reader, SpacePart part, const char *key, bool required) {
    lua_State *L = reader->L;
    if (!script_get(reader, key)) {
        if (!required)
            return true;
        error_set(reader->err, "sweep needs '%s'", key);
        return script_fail(reader, NULL);
    }
    int line;
    const char *kind = kind_of(L, &line);
    bool good;
    if (strcmp(kind, "shape") == 0 || strcmp(kind, "derive") == 0) {
        good = record_axes(reader, part);
    } else if (!kind[0] && lua_istable(L, -1) && lua_rawlen(L, -1) > 0) {
        good = read_objects(reader, part, key);
    } else if (!kind[0] && lua_type(L, -1) != LUA_TSTRING) {
        good = error_set(reader->err, "%s: takes a name, a list, %s, not a %s", key,
                         part == PART_MODEL ? "shape { ... } or model { ... }"
                                            : "derive { ... } or a record",
                         luaL_typename(L, -1));
    } else {
        const void *object = take_object(reader, part);
        good = object != NULL;
        if (good)
            fix_object(reader->space, part, object);
    }
    lua_pop(L, 1);
    return good ? true : script_fail(reader, key);
}

bool script_text(ScriptReader *reader, const Field *field, const char *text) {
    Request one = request_new();
    Formats formats;
    Plan plan;
    if (field->kind != FIELD_TEXT)
        return true;
    if (request_set_text(&one, field, text, reader->err) &&
        request_formats(&one, &formats, reader->err) && request_degrees(&one, &plan, reader->err) &&
        plan_finish(&plan, reader->space->model, reader->err))
        return true;
    reader->err->file[0] = '\0'; // it is not where the text stands
    return false;
}

bool script_key(ScriptReader *reader, const Field *field, SpacePart part, const char *name) {
    lua_State *L = reader->L;
    Request *request = &reader->space->request;
    if (field->kind == FIELD_LIST) {
        if (lua_type(L, -1) != LUA_TSTRING)
            return error_set(reader->err, "%s: takes a text such as \"21,20,20,19\"", field->name);
        return request_set_text(request, field, arena_text(reader->arena, lua_tostring(L, -1)),
                                reader->err);
    }
    int line;
    if (strcmp(kind_of(L, &line), "times") == 0) {
        error_set(reader->err, "%s: there is no base that times could multiply", name);
        return error_hint(reader->err, "times stands in derive { ... } and shape { ... }");
    }
    if (axis_is(L, -1)) {
        Axis *axis = script_axis(reader, name);
        if (!axis)
            return false;
        axis->part = part;
        axis->help = field->help;
        bool good = axis_read(L, field, reader->arena, &reader->functions, axis, reader->err);
        for (int i = 0; good && i < axis->value_count; i++)
            good = !axis->values[i].text || script_text(reader, field, axis->values[i].text);
        return good;
    }
    switch (lua_type(L, -1)) {
    case LUA_TSTRING: {
        const char *text = arena_text(reader->arena, lua_tostring(L, -1));
        return request_set_text(request, field, text, reader->err) &&
               script_text(reader, field, text);
    }
    case LUA_TNUMBER:
        return field_set_number(field, request, lua_tonumber(L, -1), reader->err);
    default:
        return error_set(reader->err, "%s: takes a value or a list, not a %s", field->name,
                         luaL_typename(L, -1));
    }
}

// A key of the table on top of the stack that is none of the names, with its error; NULL: there is none.
static const char *unknown_key(ScriptReader *reader, const char *of, const char *const names[]) {
    lua_State *L = reader->L;
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "[1]";
        Nearest nearest = {0};
        int i = 0;
        while (names[i] && strcmp(names[i], key) != 0)
            nearest_offer(&nearest, key, names[i++]);
        if (names[i])
            continue;
        key = arena_text(reader->arena, key);
        lua_pop(L, 2);
        error_set(reader->err, "%s has no key '%.60s'", of, key);
        if (nearest.best)
            error_hint(reader->err, "did you mean '%s'?", nearest.best);
        return key;
    }
    return NULL;
}

// A table of keys of a request, of which only those named are taken. The table is on top of the stack; keys are read in
// the order in which they are named here, which is that of the axes.
static bool read_keys(ScriptReader *reader, SpacePart part, const char *of,
                      const char *const names[]) {
    lua_State *L = reader->L;
    Place place = script_place(reader, of);
    const char *key = unknown_key(reader, of, names);
    for (int i = 0; !key && names[i]; i++) {
        lua_pushstring(L, names[i]);
        bool given = lua_rawget(L, -2) != LUA_TNIL;
        if (given && !script_key(reader, request_key(names[i], reader->err), part, names[i]))
            key = names[i];
        lua_pop(L, 1);
    }
    return key ? error_where(reader->err, reader->file, place_key(place, key).line) : true;
}

static const char *const FORMAT_KEYS[] = {"formats", "weights", "activations",
                                          "kv",      "matmul",  NULL};
static const char *const PLAN_KEYS[] = {"tp",      "cp",      "dp",     "pp",
                                        "ep",      "etp",     "stages", "placement",
                                        "cp_kind", "overlap", "chunk",  "micro_batches",
                                        NULL};
static const char *const SINGLE_KEYS[] = {"routing_skew",  "hbm_reserve",       "training_tokens",
                                          "training_flop", "usd_per_chip_hour", NULL};

// { "bf16", "fp8", { weights = "int4", kv = "fp8" } }
static bool read_format_list(ScriptReader *reader) {
    lua_State *L = reader->L;
    int count;
    Axis *axis = script_axis(reader, "formats");
    if (!axis || !axis_list(L, "formats", SCRIPT_OBJECTS, &count, reader->err))
        return false;
    AxisValue *values = arena_take(reader->arena, (size_t)count * sizeof *values);
    for (int i = 0; i < count; i++) {
        Request one = request_new();
        Text label = {0};
        lua_rawgeti(L, -1, i + 1);
        if (lua_istable(L, -1) && unknown_key(reader, "formats", FORMAT_KEYS))
            return false;
        for (int k = 0; FORMAT_KEYS[k]; k++) {
            const char *name = FORMAT_KEYS[k], *text = NULL;
            if (lua_istable(L, -1)) {
                lua_getfield(L, -1, name);
                text = lua_tostring(L, -1);
                text = text ? arena_text(reader->arena, text) : NULL;
                lua_pop(L, 1);
            } else if (k == 0 && lua_type(L, -1) == LUA_TSTRING) {
                text = arena_text(reader->arena, lua_tostring(L, -1));
            }
            if (!text)
                continue;
            request_set_text(&one, request_key(name, NULL), text, NULL);
            text_addf(&label, "%s%s%s%s", label.length ? ", " : "", k ? name : "", k ? " " : "",
                      text);
        }
        lua_pop(L, 1);
        Formats *formats = arena_take(reader->arena, sizeof *formats);
        bool good = label.length > 0
                        ? request_formats(&one, formats, reader->err)
                        : error_set(reader->err, "formats: element %d is no format", i + 1);
        values[i] = (AxisValue){.number = i,
                                .text = arena_text(reader->arena, label.data ? label.data : ""),
                                .object = formats};
        text_free(&label);
        reader->err->file[0] = good ? reader->err->file[0] : '\0'; // not where the text stands
        if (!good)
            return false;
    }
    axis->part = PART_FORMATS;
    axis->values = values;
    axis->count = axis->value_count = count;
    return true;
}

static bool read_formats(ScriptReader *reader) {
    lua_State *L = reader->L;
    if (!script_get(reader, "formats"))
        return true;
    bool good;
    if (lua_istable(L, -1) && lua_rawlen(L, -1) > 0)
        good = read_format_list(reader) || script_fail(reader, "formats");
    else if (lua_istable(L, -1))
        good = read_keys(reader, PART_FORMATS, "formats", FORMAT_KEYS);
    else
        good = script_key(reader, request_key("formats", NULL), PART_FORMATS, "formats") ||
               script_fail(reader, "formats");
    lua_pop(L, 1);
    return good;
}

static bool read_plan(ScriptReader *reader) {
    lua_State *L = reader->L;
    int line;
    bool chips = script_get(reader, "chips");
    bool plans = script_get(reader, "plan") && strcmp(kind_of(L, &line), "all_plans") == 0;
    lua_settop(L, reader->table);
    if (plans)
        return plan_axes(reader) || script_fail(reader, "plan");
    if (chips) {
        script_get(reader, "chips");
        bool good = script_key(reader, request_key("chips", NULL), PART_PLAN, "chips");
        lua_pop(L, 1);
        if (!good)
            return script_fail(reader, "chips");
    }
    if (!script_get(reader, "plan"))
        return true;
    bool good = lua_istable(L, -1)
                    ? read_keys(reader, PART_PLAN, "plan", PLAN_KEYS)
                    : error_set(reader->err, "plan: takes a table { tp = ... } or all_plans { }") ||
                          script_fail(reader, "plan");
    lua_pop(L, 1);
    return good;
}

// Keys of each phase, in the order of their axes: the batch varies fastest.
static const char *const *workload_keys(const char *phase) {
    static const char *const PREFILL[] = {"prompt", "prefix", "batch", NULL};
    static const char *const DECODE[] = {"context", "draft", "acceptance", "batch", NULL};
    static const char *const GENERATE[] = {"prompt",     "prefix", "output", "draft",
                                           "acceptance", "batch",  NULL};
    static const char *const SERVE[] = {"prompt",       "prefix",  "output", "draft", "acceptance",
                                        "token_budget", "prompts", "batch",  NULL};
    return strcmp(phase, "decode") == 0     ? DECODE
           : strcmp(phase, "prefill") == 0  ? PREFILL
           : strcmp(phase, "generate") == 0 ? GENERATE
           : strcmp(phase, "serve") == 0    ? SERVE
                                            : NULL;
}

// What every point of the workload lacks, or has too much, is said at once.
static bool check_workload(ScriptReader *reader) {
    const Space *space = reader->space;
    Request trial = space->request;
    Workload workload;
    for (int i = 0; i < space->axis_count; i++) {
        const Field *field = space->axes[i].field;
        bool key = space->axes[i].part == PART_WORKLOAD || space->axes[i].part == PART_PLAN;
        if (key && field && field->kind == FIELD_INT)
            field_set_number(field, &trial, field->min, NULL);
    }
    return request_workload(&trial, &workload, reader->err);
}

// { decode { ... }, prefill { ... } }: whole workloads without axes inside.
static bool read_workload_list(ScriptReader *reader) {
    lua_State *L = reader->L;
    int count, line;
    Axis *axis = script_axis(reader, "workload");
    if (!axis || !axis_list(L, "workload", SCRIPT_OBJECTS, &count, reader->err))
        return false;
    AxisValue *values = arena_take(reader->arena, (size_t)count * sizeof *values);
    Request kept = reader->space->request;
    for (int i = 0; i < count; i++) {
        lua_rawgeti(L, -1, i + 1);
        const char *phase = kind_of(L, &line);
        const char *const *keys = workload_keys(phase);
        if (!keys)
            return error_set(reader->err,
                             "workload: element %d is no decode, prefill, generate or serve "
                             "{ ... }",
                             i + 1);
        int axes = reader->space->axis_count;
        reader->space->request = kept;
        reader->space->request.phase = arena_text(reader->arena, phase);
        if (!read_keys(reader, PART_WORKLOAD, phase, keys))
            return false;
        if (reader->space->axis_count > axes)
            return error_set(reader->err, "workload: a workload in a list has one value a key");
        if (!check_workload(reader))
            return false;
        Request *own = arena_take(reader->arena, sizeof *own);
        *own = reader->space->request;
        Text label = {0};
        text_add(&label, phase);
        for (int k = 0; keys[k]; k++) {
            const Field *field = request_key(keys[k], NULL);
            if (field->kind == FIELD_TEXT)
                continue;
            double value = field_number(field, own);
            if (value != field->initial)
                text_addf(&label, " %s %.10g", keys[k], value);
        }
        values[i] =
            (AxisValue){.number = i, .text = arena_text(reader->arena, label.data), .object = own};
        text_free(&label);
        lua_pop(L, 1);
    }
    reader->space->request = kept; // what does not vary: no phase and no length of it
    axis->part = PART_WORKLOAD;
    axis->values = values;
    axis->count = axis->value_count = count;
    return true;
}

static bool read_workload(ScriptReader *reader) {
    lua_State *L = reader->L;
    int line;
    if (!script_get(reader, "workload")) {
        error_set(reader->err, "sweep needs 'workload'");
        error_hint(reader->err, "write: workload = decode { batch = pow2(1, 64), context = 4096 }");
        return script_fail(reader, NULL);
    }
    const char *phase = kind_of(L, &line);
    const char *const *keys = workload_keys(phase);
    bool good;
    if (keys) {
        reader->space->request.phase = arena_text(reader->arena, phase);
        good = read_keys(reader, PART_WORKLOAD, phase, keys) &&
               (check_workload(reader) || script_fail(reader, "workload"));
    } else if (lua_istable(L, -1) && !phase[0] && lua_rawlen(L, -1) > 0) {
        good = read_workload_list(reader) || script_fail(reader, "workload");
    } else {
        error_set(reader->err, "workload: takes decode { ... }, prefill { ... }, generate { ... }, "
                               "serve { ... } or a list of them");
        good = script_fail(reader, "workload");
    }
    lua_pop(L, 1);
    return good;
}

static bool read_singles(ScriptReader *reader) {
    for (int i = 0; SINGLE_KEYS[i]; i++) {
        if (!script_get(reader, SINGLE_KEYS[i]))
            continue;
        const Field *field = request_key(SINGLE_KEYS[i], NULL);
        bool good = script_key(reader, field, PART_WORKLOAD, SINGLE_KEYS[i]);
        lua_pop(reader->L, 1);
        if (!good)
            return script_fail(reader, SINGLE_KEYS[i]);
    }
    return true;
}

// Which kernels: the same for every point.
static const char *const KERNEL_KEYS[] = {"mode", "profile", "engine", NULL};

static bool read_kernels(ScriptReader *reader) {
    Space *space = reader->space;
    const Profile *profile;
    for (int i = 0; KERNEL_KEYS[i]; i++) {
        if (!script_get(reader, KERNEL_KEYS[i]))
            continue;
        const char *text =
            lua_type(reader->L, -1) == LUA_TSTRING ? lua_tostring(reader->L, -1) : NULL;
        if (!text)
            error_set(reader->err, "%s: takes a text, not a %s", KERNEL_KEYS[i],
                      luaL_typename(reader->L, -1));
        if (!text || !request_set_text(&space->request, request_key(KERNEL_KEYS[i], NULL),
                                       arena_text(reader->arena, text), reader->err))
            return script_fail(reader, KERNEL_KEYS[i]);
        lua_pop(reader->L, 1);
    }
    const Request *request = &space->request;
    const Profile *named = NULL;
    if (request->profile &&
        !(named = catalog_profile(space->catalog, request->profile, reader->err)))
        return script_fail(reader, "profile");
    if (request->engine &&
        !(space->engine = catalog_engine(space->catalog, request->engine, reader->err)))
        return script_fail(reader, "engine");
    // A wrong word is said here; a chip that no profile serves, at its points.
    return !request->mode || strcmp(request->mode, MODE_WORDS[MODE_CALIBRATED]) == 0 ||
           request_profile(request, space->catalog, named, space->chip, &profile, reader->err) ||
           script_fail(reader, "mode");
}

bool space_read(ScriptReader *reader) {
    Space *space = reader->space;
    space->request = request_new();
    space->catalog = library_catalog(reader->library);
    if (!read_part(reader, PART_CHIP, "chip", true) ||
        !read_part(reader, PART_SYSTEM, "system", false) ||
        !read_part(reader, PART_MODEL, "model", true) || !read_formats(reader) ||
        !read_plan(reader) || !read_singles(reader) || !read_kernels(reader) ||
        !read_workload(reader))
        return false;
    return space_finish(space, reader->err) || script_fail(reader, NULL);
}
