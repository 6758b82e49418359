#include "lua/sweep_hooks.h"

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "arch/shape.h"
#include "lua/safe.h"

#define NAME_BYTES 128

// Of one call: a function that runs for each of a million points must not take long.
static const SandboxLimits CALL_LIMITS = {.instructions = 1e6, .seconds = 1};

static const char VIEW = 0; // its address is the key of the view in the registry

// What a name stands for, found once.
typedef struct Reading {
    const Field *metric; // NULL: the quantity
    Quantity quantity;
} Reading;

static const Reading *find_reading(SweepHooks *hooks, const char *name, Error *err) {
    Error none = {0};
    Reading reading = {.metric = NULL};
    if (hooks->metrics)
        reading.metric = field_find(&METRICS_TABLE, name, &none);
    if (!reading.metric && !quantity_find(hooks->space, name, &reading.quantity, err)) {
        if (strncmp(none.hint, "did", 3) == 0 && !err->hint[0])
            error_hint(err, "%s", none.hint);
        return NULL;
    }
    Reading *kept = arena_take(hooks->arena, sizeof *kept);
    *kept = reading;
    return kept;
}

// The network as the axes before its fields find it: these fields stay as they are unless they are axes themselves.
static const Model *base_model(const SweepHooks *hooks) {
    const Space *space = hooks->space;
    int first = space->part_axes[PART_MODEL];
    return space->axes[first].field ? space->model : hooks->point->chosen[first]->object;
}

// What stands in the script for a quantity of a part that is not settled yet: the axis of its name, a value that does not
// vary. false: it is not known.
static bool known_early(const SweepHooks *hooks, Quantity *quantity, double *fixed) {
    const Space *space = hooks->space;
    const Axis *own = &space->axes[hooks->reading];
    *fixed = (double)NAN;
    if (quantity->axis < 0 && quantity->known < own->part)
        return true;
    for (int i = 0; quantity->axis < 0 && i < space->axis_count; i++)
        if (strcmp(space->axes[i].name, quantity->name) == 0)
            quantity->axis = i;
    if (quantity->axis >= 0)
        return quantity->axis < hooks->reading;
    Error none;
    size_t offset;
    const Field *field = shape_field(quantity->name, &offset, &none);
    if (quantity->part == PART_MODEL && own->part == PART_MODEL && field == quantity->field) {
        *fixed = field_number(field, (const char *)base_model(hooks) + offset);
        return !isnan(*fixed);
    }
    field = quantity->part >= PART_PLAN ? request_key(quantity->name, &none) : NULL;
    *fixed = field ? field_number(field, &space->request) : 0;
    return *fixed > 0;
}

// A function of an axis sees what comes before it. Returns the axis or value that stands for the quantity there.
static Quantity check_order(lua_State *L, const SweepHooks *hooks, const Quantity *asked,
                            double *fixed) {
    Quantity quantity = *asked;
    *fixed = (double)NAN;
    if (hooks->reading < 0)
        return quantity;
    const Axis *own = &hooks->space->axes[hooks->reading];
    if (!known_early(hooks, &quantity, fixed))
        luaL_error(L,
                   "'%s' is not known yet where '%s' is chosen\n    a function sees the axes "
                   "before its own: chip, system, model, formats, plan, workload",
                   quantity.name, own->name);
    return quantity;
}

static void push_reading(lua_State *L, SweepHooks *hooks, const Reading *reading) {
    if (reading->metric) {
        double value = field_number(reading->metric, hooks->metrics);
        hooks->read = PART_WORKLOAD;
        if (reading->metric->kind == FIELD_BOOL)
            lua_pushboolean(L, value != 0);
        else if (reading->metric->kind == FIELD_WORD)
            lua_pushstring(L, reading->metric->words[(int)value]);
        else if (isnan(value))
            lua_pushnil(L);
        else
            lua_pushnumber(L, value);
        return;
    }
    double fixed;
    const Quantity quantity = check_order(L, hooks, &reading->quantity, &fixed);
    if (quantity.known > hooks->read)
        hooks->read = quantity.known;
    const char *text = isnan(fixed) ? quantity_text(&quantity, hooks->point) : NULL;
    double value = !isnan(fixed) ? fixed : text ? 0 : quantity_number(&quantity, hooks->point);
    if (text)
        lua_pushstring(L, text);
    else if (isnan(value))
        lua_pushnil(L);
    else if (quantity.field && quantity.field->kind == FIELD_BOOL)
        lua_pushboolean(L, value != 0);
    else if (value == floor(value) && fabs(value) < 0x1p53)
        lua_pushinteger(L, (lua_Integer)value);
    else
        lua_pushnumber(L, value);
}

// __index of the view; upvalues: the hooks, and names found so far (of designs, of metrics).
static int read_view(lua_State *L) {
    SweepHooks *hooks = lua_touserdata(L, lua_upvalueindex(1));
    if (lua_type(L, 2) != LUA_TSTRING)
        return luaL_error(L, "a design has names, not numbers");
    if (!hooks->point)
        return luaL_error(L, "a design can be read only while its function runs");
    int known = lua_upvalueindex(hooks->metrics ? 3 : 2);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, known) == LUA_TNIL) {
        Error err = {0};
        size_t length;
        const char *name = lua_tolstring(L, 2, &length);
        const Reading *reading = length < NAME_BYTES && length == strlen(name)
                                     ? find_reading(hooks, arena_text(hooks->arena, name), &err)
                                     : (error_set(&err, "a design has no '%.60s'", name), NULL);
        if (!reading)
            return luaL_error(L, err.hint[0] ? "%s\n    %s" : "%s", err.what, err.hint);
        lua_pushvalue(L, 2);
        lua_pushlightuserdata(L, (void *)(size_t)reading);
        lua_rawset(L, known);
        lua_pushlightuserdata(L, (void *)(size_t)reading);
    }
    push_reading(L, hooks, lua_touserdata(L, -1));
    return 1;
}

static int refuse_write(lua_State *L) {
    return luaL_error(L, "a design cannot be changed");
}

void hooks_open(SweepHooks *hooks) {
    lua_State *L = sandbox_state(hooks->sandbox);
    hooks->reading = -1;
    lua_newtable(L);
    lua_newtable(L);
    lua_pushlightuserdata(L, hooks);
    lua_newtable(L);
    lua_newtable(L);
    lua_pushcclosure(L, read_view, 3);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, refuse_write);
    lua_setfield(L, -2, "__newindex");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &VIEW);
    sandbox_refuse_random(hooks->sandbox);
    sandbox_limit(hooks->sandbox, CALL_LIMITS);
}

// What the function gave was wrong: adds the point, and the line where the function begins.
static void blame(const SweepHooks *hooks, int function, const Point *point, Error *err) {
    lua_State *L = sandbox_state(hooks->sandbox);
    lua_Debug at = {0};
    char hint[300];
    axis_function(L, function);
    lua_getinfo(L, ">S", &at);
    snprintf(hint, sizeof hint, "%.200s%sat point %lld", err->hint, err->hint[0] ? "; " : "",
             (long long)point->id);
    error_hint(err, "%s", hint);
    sandbox_where(hooks->sandbox, at.linedefined, err);
}

// Calls the function with the view and leaves its result on the stack.
static bool call(SweepHooks *hooks, int function, const Point *point, const Metrics *metrics,
                 Error *err) {
    lua_State *L = sandbox_state(hooks->sandbox);
    hooks->point = point;
    hooks->metrics = metrics;
    hooks->read = PART_CHIP;
    axis_function(L, function);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &VIEW);
    bool good = sandbox_call(hooks->sandbox, 1, 1, err);
    hooks->point = NULL;
    if (!good)
        blame(hooks, function, point, err);
    return good;
}

// A where or keep must say yes or no.
static bool call_test(SweepHooks *hooks, const char *name, int function, const Point *point,
                      const Metrics *metrics, bool *answer, Error *err) {
    lua_State *L = sandbox_state(hooks->sandbox);
    if (!call(hooks, function, point, metrics, err))
        return false;
    bool is_answer = lua_isboolean(L, -1);
    *answer = lua_toboolean(L, -1);
    if (!is_answer) {
        error_set(err, "%s must return true or false, not a %s", name, luaL_typename(L, -1));
        blame(hooks, function, point, err);
    }
    lua_pop(L, 1);
    return is_answer;
}

static bool where(void *thread, const Point *point, bool *keep, SpacePart *part, Error *err) {
    SweepHooks *hooks = thread;
    bool good = call_test(hooks, "where", hooks->functions.where, point, NULL, keep, err);
    *part = hooks->read;
    return good;
}

static bool keep(void *thread, const Point *point, const Metrics *metrics, bool *answer,
                 Error *err) {
    SweepHooks *hooks = thread;
    return call_test(hooks, "keep", hooks->functions.keep, point, metrics, answer, err);
}

// The result on top of the stack as the axis' value, checked like one that a script writes.
static bool take_value(SweepHooks *hooks, const Axis *axis, AxisValue *value, Error *err) {
    lua_State *L = sandbox_state(hooks->sandbox);
    if (lua_type(L, -1) == LUA_TSTRING && axis->value_count > 0) {
        for (int i = 0; i < axis->value_count; i++) {
            if (strcmp(axis->values[i].text, lua_tostring(L, -1)) != 0)
                continue;
            *value = axis->values[i];
            return true;
        }
    }
    return axis_value(L, axis->field, hooks->arena, value, err);
}

static bool axis_of(void *thread, int index, const Point *point, int element, AxisValue *value,
                    bool *none, Error *err) {
    SweepHooks *hooks = thread;
    lua_State *L = sandbox_state(hooks->sandbox);
    const Axis *axis = &hooks->space->axes[index];
    hooks->reading = index;
    bool good = call(hooks, axis->function, point, NULL, err);
    hooks->reading = -1;
    if (!good)
        return false;
    int top = lua_gettop(L);
    if (axis->list && lua_istable(L, -1)) {
        lua_Unsigned length = lua_rawlen(L, -1);
        *none = (lua_Unsigned)element >= length;
        if (length > (lua_Unsigned)axis->count)
            good = error_set(err, "%s: the function gave %d values, upto declares %d", axis->name,
                             (int)length, axis->count);
        lua_rawgeti(L, -1, element + 1);
    } else if (axis->list) {
        good = error_set(err, "%s: the function of upto must return a list, not a %s", axis->name,
                         luaL_typename(L, -1));
    }
    good = good && (*none || take_value(hooks, axis, value, err));
    lua_settop(L, top - 1);
    if (!good)
        blame(hooks, axis->function, point, err);
    return good;
}

WorkerHooks hooks_of(SweepHooks *hooks) {
    return (WorkerHooks){
        .point = {.thread = hooks, .value = axis_of, .where = where},
          .keep = keep
    };
}
