#include "lua/plan_axes.h"

#include <string.h>

#include "lua/record_axes.h"
#include "sim/base/text.h"

typedef struct Most {
    int tp, cp, pp, ep;
} Most;

#define PLANS 65536

typedef struct Plans {
    SpaceDegrees *list; // NULL: only counted
    int count;
} Plans;

// false when there are too many.
static bool add_plan(Plans *plans, SpaceDegrees degrees) {
    if (plans->count == PLANS)
        return false;
    if (plans->list)
        plans->list[plans->count] = degrees;
    plans->count++;
    return true;
}

// Numbers up to a million have at most 240.
#define DIVISORS 256

static int list_divisors(int whole, int divisors[DIVISORS]) {
    int count = 0;
    for (int i = 1; (double)i * i <= whole; i++)
        if (whole % i == 0)
            divisors[count++] = i;
    for (int i = count - 1; i >= 0; i--)
        if (divisors[i] != whole / divisors[i])
            divisors[count++] = whole / divisors[i];
    return count;
}

// Every (pp, cp, tp, ep) of so many chips, with dp the rest; false when there are too many.
static bool each_plan(Plans *plans, int chips, const Most *most, bool experts) {
    int list[DIVISORS], count = list_divisors(chips, list);
    for (const int *pp = list; pp < list + count && *pp <= most->pp; pp++)
        for (const int *cp = list; cp < list + count && *cp <= most->cp; cp++)
            for (const int *tp = list; tp < list + count && *tp <= most->tp; tp++)
                for (const int *ep = list; ep < list + count && *ep <= most->ep; ep++) {
                    int64_t ranks = (int64_t)*tp * *cp * *pp;
                    if (ranks > chips || chips % ranks != 0 || chips / *pp % *ep != 0)
                        continue;
                    if (!add_plan(plans, (SpaceDegrees){chips, *tp, *cp, *pp, *ep}))
                        return false;
                    if (!experts)
                        break;
                }
    return true;
}

static bool any_experts(const Space *space) {
    if (space->model->moe.experts > 1)
        return true;
    for (int i = 0; i < space->axis_count; i++) {
        const Axis *axis = &space->axes[i];
        if (axis->part != PART_MODEL)
            continue;
        if (axis->field && strcmp(axis->field->name, "experts") == 0)
            return true;
        for (int v = 0; !axis->field && v < axis->value_count; v++)
            if (((const Model *)axis->values[v].object)->moe.experts > 1)
                return true;
    }
    return false;
}

static int find_limit(const char *key, Most *most, int **limit) {
    static const char *const NAMES[] = {"max_tp", "max_cp", "max_pp", "max_ep"};
    int *const limits[] = {&most->tp, &most->cp, &most->pp, &most->ep};
    for (int i = 0; i < 4; i++) {
        if (strcmp(key, NAMES[i]) == 0) {
            *limit = limits[i];
            return 1;
        }
    }
    return 0;
}

// Keys of a plan that each plan may be tried with, in the order of their axes.
static const char *const SCHEDULE_KEYS[] = {"placement", "cp_kind",       "overlap",
                                            "chunk",     "micro_batches", NULL};

// Reads them from the table of all_plans on top of the stack.
static bool read_schedules(ScriptReader *reader) {
    lua_State *L = reader->L;
    for (int i = 0; SCHEDULE_KEYS[i]; i++) {
        const char *key = SCHEDULE_KEYS[i];
        lua_pushstring(L, key);
        bool given = lua_rawget(L, -2) != LUA_TNIL;
        bool good = !given || script_key(reader, request_key(key, reader->err), PART_PLAN, key);
        lua_pop(L, 1);
        if (!good)
            return false;
    }
    return true;
}

// The limits in the table of all_plans on top of the stack.
static bool read_limits(ScriptReader *reader, Most *most) {
    static const char *const KEYS[] = {"max_tp",  "max_cp",  "max_pp", "max_ep",       "placement",
                                       "cp_kind", "overlap", "chunk",  "micro_batches"};
    lua_State *L = reader->L;
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "[1]";
        Nearest nearest = {0};
        bool known = false;
        for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++) {
            known |= strcmp(KEYS[i], key) == 0;
            nearest_offer(&nearest, key, KEYS[i]);
        }
        if (!known) {
            error_set(reader->err, "all_plans has no key '%.60s'", key);
            return nearest.best ? error_hint(reader->err, "did you mean '%s'?", nearest.best)
                                : false;
        }
        int *limit;
        Field count = {.name = key, .kind = FIELD_INT, .min = 1, .max = 65536};
        AxisValue value;
        if (!find_limit(key, most, &limit))
            continue; // read_schedules
        if (!axis_value(L, &count, reader->arena, &value, reader->err))
            return false;
        *limit = (int)value.number;
    }
    return true;
}

bool plan_axes(ScriptReader *reader) {
    lua_State *L = reader->L;
    Most most = {.tp = 65536, .cp = 1, .pp = PLAN_STAGES, .ep = 65536};
    script_get(reader, "plan");
    bool good = read_limits(reader, &most);
    lua_pop(L, 1);
    if (!good)
        return false;
    Axis chips = {.count = 1}, *axis = script_axis(reader, "plan");
    const Field *field = request_key("chips", NULL);
    AxisValue one = {.number = 1};
    if (script_get(reader, "chips")) {
        int line;
        if (lua_isfunction(L, -1) || reader_kind(L, -1, &line))
            good = error_set(reader->err, "chips: all_plans takes a number or a list");
        else if (axis_is(L, -1))
            good = axis_read(L, field, reader->arena, &reader->functions, &chips, reader->err);
        else
            good = axis_value(L, field, reader->arena, &one, reader->err);
        lua_pop(L, 1);
    }
    if (!good || !axis)
        return false;
    Plans plans = {0};
    for (int again = 0; again < 2; again++) {
        if (again)
            plans = (Plans){arena_take(reader->arena, (size_t)plans.count * sizeof *plans.list), 0};
        bool fits = true;
        for (int i = 0; i < chips.count && fits; i++)
            fits = each_plan(&plans, (int)(chips.values ? chips.values[i] : one).number, &most,
                             any_experts(reader->space));
        if (!fits)
            return error_set(reader->err,
                             "all_plans: more than %d plans; limit them, as in "
                             "max_pp = 8",
                             PLANS);
    }
    AxisValue *values = arena_take(reader->arena, (size_t)plans.count * sizeof *values);
    for (int i = 0; i < plans.count; i++)
        values[i] = (AxisValue){.number = i, .object = &plans.list[i]};
    axis->part = PART_PLAN;
    axis->values = values;
    axis->count = axis->value_count = plans.count;
    script_get(reader, "plan");
    good = read_schedules(reader);
    lua_pop(L, 1);
    return good;
}
