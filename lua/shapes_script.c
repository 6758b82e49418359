#include "lua/shapes_script.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "lua/space_reader.h"
#include "lua/sweep_hooks.h"
#include "sim/base/text.h"

#define KEYS        32
#define VALUES      4096 // of one key
#define MOST_TASKS  5000 // of a script
#define MOST_POINTS 4096 // of a layer { }

// Lowering knows nothing of the chip, so that any will do; this one multiplies all formats.
#define STAND_IN "b200_sxm"

// A key of a kernel with its values, crossed with those of the others.
typedef struct ShapeKey {
    const Field *field;
    const char *name;
    AxisValue *values;
    int count;
} ShapeKey;

typedef struct ShapesReader {
    lua_State *L;
    Sandbox *sandbox;
    Library *library;
    Arena *arena;
    const char *file, *text;
    Tasks *tasks;
    LayerNotes *notes;
    Error *err;
    int line; // of the call at hand
} ShapesReader;

static bool fail_at(const ShapesReader *reader, const char *key) {
    Place place = place_call(reader->text, reader->line);
    if (key)
        place = place_key(place, key);
    return error_where(reader->err, reader->file, place.line ? place.line : reader->line);
}

static bool add_task(ShapesReader *reader, const Task *task) {
    Tasks *tasks = reader->tasks;
    for (int i = 0; i < tasks->count; i++)
        if (task->layer == 0 && tasks->list[i].layer == 0 && task->kind != TASK_LAYER &&
            task_same(&tasks->list[i], task))
            return true;
    if (tasks->count == MOST_TASKS)
        return error_set(reader->err, "the script makes more than %d tasks", MOST_TASKS);
    Task added = *task;
    added.id = tasks->count + 1;
    tasks_add(tasks, &added);
    return true;
}

// --- Kernels -----------------------------------------------------------------------------------------------------------

// Keys that stand for several columns.
static const Field SUGAR[] = {
    {.name = "dtype",    .kind = FIELD_WORD, .words = FORMAT_NAMES},
    { .name = "head_dim", .kind = FIELD_INT,           .min = 1,          .max = 65536},
};
#define SUGARS FIELD_COUNT(SUGAR)

static bool takes(int kind, const char *key) {
    if (strcmp(key, "dtype") == 0)
        return task_names(kind, "a") || task_names(kind, "b");
    if (strcmp(key, "head_dim") == 0)
        return task_names(kind, "qk_dim");
    return strcmp(key, "name") == 0 || task_names(kind, key);
}

// Fields that a kernel of the kind takes, the outermost first.
static int fields_of(int kind, const Field *fields[KEYS]) {
    int count = 0;
    for (int i = 0; i < SUGARS; i++)
        if (takes(kind, SUGAR[i].name))
            fields[count++] = &SUGAR[i];
    for (int i = 0; i < TASK_TABLE.count && count < KEYS; i++)
        if (takes(kind, TASK_TABLE.fields[i].name))
            fields[count++] = &TASK_TABLE.fields[i];
    return count;
}

static bool check_keys(ShapesReader *reader, const char *of, const Field *const fields[],
                       int count) {
    lua_State *L = reader->L;
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "[1]";
        Nearest nearest = {0};
        int i = 0;
        for (; i < count && strcmp(fields[i]->name, key) != 0; i++)
            nearest_offer(&nearest, key, fields[i]->name);
        if (i < count)
            continue;
        error_set(reader->err, "%s has no key '%.60s'", of, key);
        if (nearest.best)
            error_hint(reader->err, "did you mean '%s'?", nearest.best);
        return fail_at(reader, key);
    }
    return true;
}

// One value, or a list of them, on top of the stack.
static bool read_values(ShapesReader *reader, ShapeKey *key) {
    lua_State *L = reader->L;
    Field field = *key->field;
    bool list = lua_istable(L, -1);
    key->count = 1;
    if (list && !axis_list(L, key->name, VALUES, &key->count, reader->err))
        return false;
    key->values = arena_take(reader->arena, (size_t)key->count * sizeof *key->values);
    field.capacity = 0;
    for (int i = 0; i < key->count; i++) {
        if (list)
            lua_rawgeti(L, -1, i + 1);
        bool good = axis_value(L, &field, reader->arena, &key->values[i], reader->err);
        if (list)
            lua_pop(L, 1);
        if (!good)
            return false;
    }
    return true;
}

static bool set_value(Task *task, const ShapeKey *key, const AxisValue *value, Error *err) {
    if (key->field == &SUGAR[1]) {
        task->qk_dim = task->v_dim = (int)value->number;
        return true;
    }
    if (key->field != &SUGAR[0])
        return value->text ? field_set_text(key->field, task, value->text, err)
                           : field_set_number(key->field, task, value->number, err);
    for (int i = 1; i < FORMAT_COUNT; i++)
        if (strcmp(value->text, FORMAT_NAMES[i]) == 0)
            task->a = task->b = i;
    return true;
}

// Every combination, the last key fastest.
static bool cross(ShapesReader *reader, int kind, const ShapeKey keys[], int count) {
    int digits[KEYS] = {0}, at = 0;
    while (at >= 0) {
        Task task;
        task_init(&task);
        task.kind = kind;
        for (int i = 0; i < count; i++)
            if (!set_value(&task, &keys[i], &keys[i].values[digits[i]], reader->err))
                return fail_at(reader, keys[i].name);
        if (!task_finish(&task, reader->err) || !add_task(reader, &task))
            return fail_at(reader, NULL);
        for (at = count - 1; at >= 0 && ++digits[at] == keys[at].count; at--)
            digits[at] = 0;
    }
    return true;
}

// The kernel on top of the stack.
static bool read_kernel(ShapesReader *reader, int kind) {
    const Field *fields[KEYS];
    ShapeKey keys[KEYS];
    int count = 0, known = fields_of(kind, fields);
    if (!check_keys(reader, TASK_KIND_WORDS[kind], fields, known))
        return false;
    for (int i = 0; i < known; i++) {
        lua_pushstring(reader->L, fields[i]->name);
        bool given = lua_rawget(reader->L, -2) != LUA_TNIL;
        keys[count] = (ShapeKey){.field = fields[i], .name = fields[i]->name};
        if (given && !read_values(reader, &keys[count]))
            return fail_at(reader, fields[i]->name);
        count += given;
        lua_pop(reader->L, 1);
    }
    return cross(reader, kind, keys, count);
}

// --- Layers ------------------------------------------------------------------------------------------------------------

static const Field LAYER_KEYS[] = {{.name = "model"},       {.name = "chip"}, {.name = "formats"},
                                   {.name = "chips"},       {.name = "plan"}, {.name = "workload"},
                                   {.name = "routing_skew"}};

static bool each_design(ShapesReader *reader, const Space *space, PointHooks hooks) {
    Point point;
    Error why = {0};
    int64_t alike = 1;
    int made = 0;
    bool good = true;
    point_new(&point, space, hooks);
    for (int64_t id = 0; good && id < space->points; id += alike) {
        alike = 1;
        PointFate fate = point_seek(&point, id, &alike, &why);
        if (fate == POINT_READY) {
            layer_tasks_add(&point.design, reader->tasks, reader->notes);
            alike = 1;
            made++;
            good = reader->tasks->count < MOST_TASKS ||
                   error_set(reader->err, "the script makes more than %d tasks", MOST_TASKS);
        } else if (fate == POINT_BROKEN) {
            *reader->err = why;
            good = false;
        }
    }
    point_end(&point);
    if (good && made == 0)
        good = error_set(reader->err, "layer: %.400s",
                         why.what[0] ? why.what : "none of its designs is legal");
    return good;
}

// Whether the table on top of the stack has a layer's keys. The chip, which a sweep needs, is put in where it is missing.
static bool check_layer(ShapesReader *reader) {
    lua_State *L = reader->L;
    const Field *keys[FIELD_COUNT(LAYER_KEYS)];
    static const char *const NEEDED[] = {"model", "workload"};
    for (int i = 0; i < FIELD_COUNT(LAYER_KEYS); i++)
        keys[i] = &LAYER_KEYS[i];
    if (!check_keys(reader, "layer", keys, FIELD_COUNT(LAYER_KEYS)))
        return false;
    for (int i = 0; i < 2; i++) {
        if (lua_getfield(L, -1, NEEDED[i]) == LUA_TNIL) {
            error_set(reader->err, "layer needs '%s'", NEEDED[i]);
            error_hint(reader->err, "write: layer { model = \"llama-3.1-8b\", "
                                    "workload = decode { batch = 8, context = 4096 } }");
            return fail_at(reader, NULL);
        }
        lua_pop(L, 1);
    }
    if (lua_getfield(L, -1, "chip") == LUA_TNIL) {
        lua_pushstring(L, STAND_IN);
        lua_setfield(L, -3, "chip");
    }
    lua_pop(L, 1);
    return true;
}

// The layer on top of the stack, read as a sweep reads such keys.
static bool read_layer(ShapesReader *reader) {
    lua_State *L = reader->L;
    if (!check_layer(reader))
        return false;
    Space *space = arena_take(reader->arena, sizeof *space);
    ScriptReader script = {.L = L,
                           .library = reader->library,
                           .arena = reader->arena,
                           .file = reader->file,
                           .text = reader->text,
                           .line = reader->line,
                           .table = lua_gettop(L),
                           .space = space,
                           .err = reader->err};
    if (!space_read(&script))
        return false;
    if (space->points > MOST_POINTS) {
        error_set(reader->err, "layer: %lld designs; at most %d are taken",
                  (long long)space->points, MOST_POINTS);
        return fail_at(reader, NULL);
    }
    SweepHooks *hooks = arena_take(reader->arena, sizeof *hooks);
    hooks->sandbox = reader->sandbox;
    hooks->arena = reader->arena;
    hooks->space = space;
    hooks_open(hooks);
    return each_design(reader, space, hooks_of(hooks).point) || fail_at(reader, NULL);
}

// --- The script --------------------------------------------------------------------------------------------------------

static int kind_called(const char *word) {
    for (int i = 0; i < TASK_KIND_COUNT; i++)
        if (strcmp(TASK_KIND_WORDS[i], word) == 0)
            return i;
    return -1;
}

static bool read_element(ShapesReader *reader, int index, int line) {
    const char *word = reader_kind(reader->L, -1, &reader->line);
    int kind = word ? kind_called(word) : -1;
    if (kind == TASK_LAYER)
        return read_layer(reader);
    if (kind >= 0)
        return read_kernel(reader, kind);
    reader->line = line;
    error_set(reader->err, "shapes: element %d is %s, no kernel and no layer", index,
              word ? word : luaL_typename(reader->L, -1));
    error_hint(reader->err, "write: matmul { m = 1, n = 4096, k = 4096 }");
    return fail_at(reader, NULL);
}

// The table of shapes { ... } on top of the stack.
static bool read_shapes(ShapesReader *reader) {
    lua_State *L = reader->L;
    int line, count;
    const char *kind = reader_kind(L, -1, &line);
    if (!kind || strcmp(kind, "shapes") != 0) {
        error_set(reader->err, "returns %s, not shapes",
                  kind               ? kind
                  : lua_isnil(L, -1) ? "nothing"
                                     : luaL_typename(L, -1));
        error_hint(reader->err, "a script of shapes ends with: return shapes { matmul { ... } }");
        return error_where(reader->err, reader->file, 0);
    }
    reader->line = line;
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            continue;
        const char *key = lua_tostring(L, -2);
        error_set(reader->err, "shapes has no key '%.60s'", key);
        error_hint(reader->err, "it is a list: shapes { matmul { ... }, layer { ... } }");
        return fail_at(reader, key);
    }
    if (!axis_list(L, "shapes", MOST_TASKS, &count, reader->err))
        return fail_at(reader, NULL);
    for (int i = 0; i < count; i++) {
        lua_rawgeti(L, -1, i + 1);
        if (!read_element(reader, i + 1, line))
            return false;
        lua_pop(L, 1);
    }
    return true;
}

static void define_words(Sandbox *sandbox) {
    static const char *const OTHERS[] = {"shapes", "shape", "generate", "serve", "all_plans"};
    lua_State *L = sandbox_state(sandbox);
    library_constructors(sandbox);
    for (int i = 0; i < TASK_KIND_COUNT; i++) {
        reader_constructor(L, TASK_KIND_WORDS[i]);
        sandbox_define(sandbox, TASK_KIND_WORDS[i]);
    }
    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++) {
        reader_constructor(L, OTHERS[i]);
        sandbox_define(sandbox, OTHERS[i]);
    }
    axis_functions(sandbox);
}

bool shapes_script_read(Library *library, const char *file, const char *text, size_t length,
                        Tasks *tasks, LayerNotes *notes, Error *err) {
    Sandbox *sandbox = sandbox_new((SandboxLimits){0});
    define_words(sandbox);
    ShapesReader reader = {.L = sandbox_state(sandbox),
                           .sandbox = sandbox,
                           .library = library,
                           .arena = arena_new(),
                           .file = file,
                           .text = text,
                           .tasks = tasks,
                           .notes = notes,
                           .err = err};
    bool good = sandbox_run(sandbox, file, text, length, err) && read_shapes(&reader);
    arena_free(reader.arena);
    sandbox_free(sandbox);
    return good;
}

// --- Editors -----------------------------------------------------------------------------------------------------------

static void stub_kernel(Text *out, int kind) {
    const Field *fields[KEYS];
    const char *word = TASK_KIND_WORDS[kind];
    int count = fields_of(kind, fields);
    text_addf(out, "---@class (exact) shapes.%s\n", word);
    for (int i = 0; i < count; i++) {
        bool sugar = fields[i] == &SUGAR[0] || fields[i] == &SUGAR[1];
        const char *type = fields[i]->kind == FIELD_WORD || fields[i]->kind == FIELD_TEXT ? "string"
                           : fields[i]->kind == FIELD_INT ? "integer"
                                                          : "number|string";
        text_addf(out, "---@field %s? %s|table %s\n", fields[i]->name, type,
                  !sugar                   ? fields[i]->help
                  : fields[i] == &SUGAR[0] ? "a, b and kv together"
                                           : "qk_dim and v_dim");
    }
    // A sweep's workload of that name takes other keys.
    bool workload = kind == TASK_PREFILL || kind == TASK_DECODE;
    text_add(out, "\n");
    if (!workload)
        text_addf(out, "---@param fields shapes.%s\n---@return table\nfunction %s(fields) end\n\n",
                  word, word);
}

void shapes_stub(Text *out) {
    text_add(
        out,
        "---kernels and layers to be measured\n---@param list table\n---@return table\n"
        "function shapes(list) end\n\n"
        "---one rank's share of the layers of a design: model, formats, plan, workload as "
        "in a sweep\n---@param fields table\n---@return table\nfunction layer(fields) end\n\n");
    for (int kind = 0; kind < TASK_LAYER; kind++)
        stub_kernel(out, kind);
}
