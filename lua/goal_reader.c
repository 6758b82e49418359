#include "lua/goal_reader.h"

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lua/record_axes.h"
#include "lua/safe.h"

#define FRONTIER_LIMIT 1000000
#define GOAL_NAMES     1000 // in a list

// What every row holds unless the script says otherwise; the objectives and the metrics of `keep` come on top.
static const char *const DEFAULT_METRICS[] = {
    "time_s", "ttft_s", "tpot_s",        "interval_s",     "tokens_per_s_per_chip", "mfu", "mbu",
    "bound",  "params", "active_params", "hbm_used_bytes", "usd_per_mtoken",        "fits"};

static const Field *find_metric(ScriptReader *reader, const char *name) {
    return field_find(&METRICS_TABLE, name, reader->err);
}

static bool is_empty(lua_State *L) {
    lua_pushnil(L);
    if (!lua_next(L, -2))
        return true;
    lua_pop(L, 2);
    return false;
}

// Calls `each` for the text under the key, or for every text of its list.
typedef bool EachText(ScriptReader *reader, Goal *goal, const char *text, bool flag);

static bool each_text(ScriptReader *reader, Goal *goal, const char *key, EachText *each,
                      bool flag) {
    lua_State *L = reader->L;
    if (!script_get(reader, key))
        return true;
    bool list = lua_istable(L, -1), good = true;
    int count = 1;
    if (list)
        good = lua_rawlen(L, -1) == 0 && is_empty(L)
                   ? (count = 0, true)
                   : axis_list(L, key, GOAL_NAMES, &count, reader->err);
    for (int i = 0; good && i < count; i++) {
        if (list)
            lua_rawgeti(L, -1, i + 1);
        else
            lua_pushvalue(L, -1);
        if (lua_type(L, -1) == LUA_TSTRING)
            good = each(reader, goal, arena_text(reader->arena, lua_tostring(L, -1)), flag);
        else
            good = error_set(reader->err, "%s: takes a name or a list of names, not a %s", key,
                             luaL_typename(L, -1));
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return good ? true : script_fail(reader, key);
}

static bool add_objective(ScriptReader *reader, Goal *goal, const char *name, bool maximise) {
    const Field *metric = find_metric(reader, name);
    if (!metric)
        return false;
    if (metric->kind != FIELD_NUMBER)
        return error_set(reader->err, "%s is no number, so it cannot be an objective", name);
    if (goal->objective_count == PARETO_OBJECTIVES)
        return error_set(reader->err, "at most %d objectives are possible", PARETO_OBJECTIVES);
    for (int i = 0; i < goal->objective_count; i++)
        if (goal->objectives[i].metric == metric)
            return error_set(reader->err, "%s is an objective already", name);
    goal->objectives[goal->objective_count++] = (Objective){metric, maximise};
    return true;
}

static bool add_group(ScriptReader *reader, Goal *goal, const char *name, bool flag) {
    (void)flag;
    if (goal->group_count == GOAL_GROUPS)
        return error_set(reader->err, "group_by: at most %d are possible", GOAL_GROUPS);
    Quantity *group = &goal->groups[goal->group_count++];
    if (!quantity_find(reader->space, name, group, reader->err))
        return false;
    if (group->axis >= 0 || !quantity_is_text(reader->space, group))
        return true;
    error_set(reader->err, "group_by: '%s' is no axis of this sweep", name);
    return error_hint(reader->err, "a text groups where it varies as one");
}

static GoalColumn *new_column(ScriptReader *reader, Goal *goal, const char *name) {
    for (int i = 0; i < goal->column_count; i++)
        if (strcmp(goal->columns[i].column.name, name) == 0)
            return NULL;
    if (goal->column_count == GOAL_COLUMNS) {
        error_set(reader->err, "more than %d columns", GOAL_COLUMNS);
        return NULL;
    }
    GoalColumn *column = &goal->columns[goal->column_count++];
    *column = (GoalColumn){.column.name = name};
    return column;
}

static void add_metric(ScriptReader *reader, Goal *goal, const Field *metric) {
    GoalColumn *column = new_column(reader, goal, metric->name);
    if (!column)
        return;
    column->metric = metric;
    column->column.help = metric->help;
    column->column.kind = COLUMN_REAL;
    if (metric->kind == FIELD_BOOL || strcmp(metric->name, "max_batch") == 0)
        column->column.kind = COLUMN_INTEGER;
    if (metric->kind != FIELD_WORD)
        return;
    column->column.kind = COLUMN_TEXT;
    column->column.words = metric->words;
    while (metric->words[column->column.word_count])
        column->column.word_count++;
}

static bool add_named(ScriptReader *reader, Goal *goal, const char *name, bool flag) {
    (void)flag;
    const Field *metric = find_metric(reader, name);
    if (metric)
        add_metric(reader, goal, metric);
    return metric != NULL;
}

// A plan of all_plans stands in the rows with the degrees that vary.
static void add_degrees(ScriptReader *reader, Goal *goal, const Axis *axis) {
    static const char *const NAMES[] = {"chips", "tp", "cp", "dp", "pp", "ep"};
    for (int i = 0; i < 6; i++) {
        const SpaceDegrees *first = axis->values[0].object;
        bool varies = false;
        for (int v = 0; v < axis->value_count; v++) {
            const SpaceDegrees *d = axis->values[v].object;
            const int mine[6] = {d->chips, d->tp, d->cp, d->chips / d->tp / d->cp / d->pp,
                                 d->pp,    d->ep};
            const int its[6] = {first->chips, first->tp,
                                first->cp,    first->chips / first->tp / first->cp / first->pp,
                                first->pp,    first->ep};
            varies |= mine[i] != its[i];
        }
        GoalColumn *column = varies ? new_column(reader, goal, NAMES[i]) : NULL;
        if (!column)
            continue;
        column->column.kind = COLUMN_INTEGER;
        quantity_find(reader->space, NAMES[i], &column->quantity, NULL);
    }
}

static bool add_axes(ScriptReader *reader, Goal *goal) {
    const Space *space = reader->space;
    for (int i = 0; i < space->axis_count; i++) {
        const Axis *axis = &space->axes[i];
        if (axis->part == PART_PLAN && !axis->field) {
            add_degrees(reader, goal, axis);
            continue;
        }
        GoalColumn *column = new_column(reader, goal, axis->name);
        if (!column)
            return error_set(reader->err, "%s: two columns of this name", axis->name);
        column->column = space_column(space, i, reader->arena);
        column->quantity =
            (Quantity){.name = axis->name, .part = axis->part, .known = axis->part, .axis = i};
        // What the design settles ("max" becomes a number), not what was asked for.
        if (strcmp(axis->name, "batch") == 0) {
            column->column = (Column){.name = "batch", .kind = COLUMN_INTEGER, .help = axis->help};
            quantity_find(space, "batch", &column->quantity, NULL);
        }
    }
    return true;
}

// What follows from axes, or is found for each point, stands in the rows too: dp beside other degrees, the plan that was
// left open, the largest batch.
static void add_settled(ScriptReader *reader, Goal *goal) {
    static const char *const DEGREES[] = {"tp", "dp", "pp", "ep"};
    const Space *space = reader->space;
    const Request *request = &space->request;
    bool degrees = false, chips = request->chips > 1;
    for (int i = space->part_axes[PART_PLAN]; i < space->part_axes[PART_PLAN + 1]; i++) {
        const Axis *axis = &space->axes[i];
        bool is_chips = strcmp(axis->name, "chips") == 0;
        chips |= is_chips;
        degrees |= axis->field && !is_chips;
        if (!axis->field)
            return; // all_plans has its own
    }
    bool open = space_plan_open(space);
    for (int i = 0; i < 4; i++) {
        bool wanted = open || (degrees && i == 1 && chips && request->dp == 0);
        GoalColumn *column = wanted ? new_column(reader, goal, DEGREES[i]) : NULL;
        if (!column)
            continue;
        column->column.kind = COLUMN_INTEGER;
        quantity_find(space, DEGREES[i], &column->quantity, NULL);
    }
    GoalColumn *batch = request->batch_max ? new_column(reader, goal, "batch") : NULL;
    if (!batch)
        return;
    batch->column.kind = COLUMN_INTEGER;
    quantity_find(space, "batch", &batch->quantity, NULL);
}

// What groups the rows stands in them, be it an axis or not.
static void add_groups(ScriptReader *reader, Goal *goal) {
    for (int i = 0; i < goal->group_count; i++) {
        const Quantity *group = &goal->groups[i];
        GoalColumn *column = group->axis < 0 ? new_column(reader, goal, group->name) : NULL;
        if (!column)
            continue;
        const Field *field = group->field;
        column->quantity = *group;
        column->column.help = field->help;
        column->column.kind = field->kind == FIELD_NUMBER ? COLUMN_REAL : COLUMN_INTEGER;
        if (field->kind != FIELD_WORD)
            continue;
        column->column.kind = COLUMN_TEXT;
        column->column.words = field->words;
        while (field->words[column->column.word_count])
            column->column.word_count++;
    }
}

static bool add_columns(ScriptReader *reader, Goal *goal) {
    if (!add_axes(reader, goal))
        return script_fail(reader, NULL);
    add_settled(reader, goal);
    add_groups(reader, goal);
    if (script_get(reader, "metrics")) {
        lua_pop(reader->L, 1);
        if (!each_text(reader, goal, "metrics", add_named, false))
            return false;
    } else {
        for (size_t i = 0; i < sizeof DEFAULT_METRICS / sizeof DEFAULT_METRICS[0]; i++) {
            const char *name = DEFAULT_METRICS[i];
            const char *phase = reader->space->request.phase; // NULL: it varies
            bool decode = phase && strcmp(phase, "decode") == 0;
            bool prefill = phase && strcmp(phase, "prefill") == 0;
            if ((decode && strcmp(name, "ttft_s") == 0) ||
                (prefill && strcmp(name, "tpot_s") == 0) ||
                (goal->keep_rows != ROWS_ALL && strcmp(name, "fits") == 0))
                continue;
            add_metric(reader, goal, find_metric(reader, name));
        }
    }
    for (int i = 0; i < goal->objective_count; i++) {
        add_metric(reader, goal, goal->objectives[i].metric);
        if (strcmp(goal->objectives[i].metric->name, "loss") == 0) // whose law has a range
            add_metric(reader, goal, find_metric(reader, "extrapolated"));
    }
    for (int i = 0; i < goal->keep_count; i++)
        if (goal->keep[i].metric->kind != FIELD_BOOL)
            add_metric(reader, goal, goal->keep[i].metric);
    return true;
}

// One side of a limit from the value on top of the stack, which is popped.
static bool read_side(ScriptReader *reader, const Field *field, double *side) {
    AxisValue value;
    Field open = *field;
    open.min = open.max = 0; // a limit may lie anywhere
    open.kind = open.kind == FIELD_INT ? FIELD_NUMBER : open.kind;
    bool good = axis_value(reader->L, &open, reader->arena, &value, reader->err);
    lua_pop(reader->L, 1);
    if (good && value.text)
        return error_set(reader->err, "%s: is a text, which has no limits", field->name);
    *side = value.number;
    return good;
}

// { min = 1, max = "25 ms" } or one value on top of the stack.
static bool read_sides(ScriptReader *reader, const Field *field, double *min, double *max) {
    lua_State *L = reader->L;
    *min = (double)-INFINITY;
    *max = (double)INFINITY;
    if (!lua_istable(L, -1)) {
        lua_pushvalue(L, -1);
        bool good = read_side(reader, field, min);
        *max = *min;
        return good;
    }
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        const char *side = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";
        if (strcmp(side, "min") != 0 && strcmp(side, "max") != 0)
            return error_set(reader->err, "%s: a limit is { min = ..., max = ... } or one value",
                             field->name);
        lua_pushvalue(L, -1);
        if (!read_side(reader, field, side[1] == 'i' ? min : max))
            return false;
    }
    return true;
}

static bool read_metric_bound(ScriptReader *reader, Goal *goal, const char *name) {
    if (goal->keep_count == GOAL_BOUNDS)
        return error_set(reader->err, "keep: at most %d limits are possible", GOAL_BOUNDS);
    const Field *metric = find_metric(reader, name);
    if (!metric)
        return false;
    MetricBound *bound = &goal->keep[goal->keep_count++];
    bound->metric = metric;
    if (metric->kind == FIELD_NUMBER && !lua_istable(reader->L, -1)) {
        error_set(reader->err, "%s: a single value would keep what is exactly that", name);
        return error_hint(reader->err, "write %s = { max = ... } or { min = ... }", name);
    }
    if (!read_sides(reader, metric, &bound->min, &bound->max))
        return false;
    char low[32] = "", high[32] = "";
    if (isfinite(bound->min))
        unit_format(low, sizeof low, bound->min, metric->unit);
    if (isfinite(bound->max))
        unit_format(high, sizeof high, bound->max, metric->unit);
    snprintf(bound->text, sizeof bound->text, "%s not %s%s%s%s", name, low[0] ? "at least " : "",
             low, low[0] && high[0] ? ", " : "", high[0] ? "at most " : "");
    snprintf(bound->text + strlen(bound->text), sizeof bound->text - strlen(bound->text), "%s",
             high);
    return true;
}

static bool read_where_bound(ScriptReader *reader, const char *name) {
    Space *space = reader->space;
    if (space->where_count == SPACE_BOUNDS)
        return error_set(reader->err, "where: at most %d limits are possible", SPACE_BOUNDS);
    Limit *bound = &space->where[space->where_count++];
    if (!quantity_find(space, name, &bound->quantity, reader->err))
        return false;
    static const Field NUMBER = {.name = "a limit", .kind = FIELD_NUMBER};
    const Field *field = bound->quantity.field;
    if (bound->quantity.axis >= 0)
        field = space->axes[bound->quantity.axis].field;
    return read_sides(reader, field ? field : &NUMBER, &bound->min, &bound->max);
}

static bool named_keys(lua_State *L) {
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        if (lua_type(L, -2) == LUA_TSTRING)
            continue;
        lua_pop(L, 2);
        return false;
    }
    return true;
}

// `where` or `keep`: a function, or a table of limits, in the order of their names.
static bool read_limits(ScriptReader *reader, Goal *goal, const char *key, int *function) {
    lua_State *L = reader->L;
    *function = -1;
    if (!script_get(reader, key))
        return true;
    if (lua_isfunction(L, -1)) {
        *function = axis_keep_function(L, &reader->functions);
        return true;
    }
    if (!lua_istable(L, -1)) {
        error_set(reader->err, "%s: takes a function or a table of limits, not a %s", key,
                  luaL_typename(L, -1));
        lua_pop(L, 1);
        return script_fail(reader, key);
    }
    bool good = named_keys(L);
    if (!good)
        error_set(reader->err, "%s: takes names and their limits, as in %s", key,
                  goal ? "{ tpot_s = { max = \"25 ms\" } }" : "{ params = { max = 70e9 } }");
    else
        safe_keys(L, lua_gettop(L));
    Place place = place_key(place_call(reader->text, reader->line), key);
    for (lua_Integer i = 1; good && lua_geti(L, -1, i) != LUA_TNIL; i++) {
        const char *name = arena_text(reader->arena, lua_tostring(L, -1));
        lua_gettable(L, -3);
        good = goal ? read_metric_bound(reader, goal, name) : read_where_bound(reader, name);
        lua_settop(L, reader->table + 2);
        if (!good)
            error_where(reader->err, reader->file, place_key(place, name).line);
    }
    lua_settop(L, reader->table);
    return good ? true : script_fail(reader, key);
}

static bool read_keep_rows(ScriptReader *reader, Goal *goal) {
    lua_State *L = reader->L;
    goal->keep_rows = ROWS_FEASIBLE;
    if (!script_get(reader, "keep_rows"))
        return true;
    bool good = false;
    if (lua_isinteger(L, -1) && lua_tointeger(L, -1) > 0 && lua_tointeger(L, -1) <= 100000000) {
        goal->keep_rows = ROWS_BEST;
        goal->best_rows = lua_tointeger(L, -1);
        good = true;
    }
    for (int i = 0; i < ROWS_BEST && lua_type(L, -1) == LUA_TSTRING; i++) {
        if (strcmp(lua_tostring(L, -1), KEEP_ROWS_WORDS[i]) != 0)
            continue;
        goal->keep_rows = (KeepRows)i;
        good = true;
    }
    lua_pop(L, 1);
    if (good)
        return true;
    error_set(reader->err,
              "keep_rows: takes \"all\", \"feasible\", \"frontier\" or how many of the "
              "best");
    return script_fail(reader, "keep_rows");
}

static bool read_number(ScriptReader *reader, const Field *field, double *number) {
    if (!script_get(reader, field->name))
        return true;
    AxisValue value;
    bool good = axis_value(reader->L, field, reader->arena, &value, reader->err);
    lua_pop(reader->L, 1);
    *number = value.number;
    return good ? true : script_fail(reader, field->name);
}

static bool varies(const Space *space, const char *name) {
    for (int i = 0; i < space->axis_count; i++)
        if (strcmp(space->axes[i].name, name) == 0)
            return true;
    return false;
}

// An objective that no design of the space can have is an error of the script.
static bool check_objectives(const ScriptReader *reader, const Goal *goal) {
    const Space *space = reader->space;
    const Request *request = &space->request;
    bool trained = request->training_tokens > 0 || request->training_flop > 0 ||
                   varies(space, "training_tokens") || varies(space, "training_flop");
    const char *phase = varies(space, "workload") ? "" : request->phase;
    for (int i = 0; i < goal->objective_count; i++) {
        const char *name = goal->objectives[i].metric->name, *hint = NULL;
        if (strcmp(name, "loss") == 0 && !trained)
            hint = "loss needs what the network is trained on: training_tokens = 15e12";
        else if (strcmp(name, "ttft_s") == 0 && strcmp(phase, "decode") == 0)
            hint = "a decode step has tpot_s";
        else if (strcmp(name, "tpot_s") == 0 && strcmp(phase, "prefill") == 0)
            hint = "a prefill has ttft_s";
        if (!hint)
            continue;
        error_set(reader->err, "%s: no design of this sweep has one", name);
        error_hint(reader->err, "%s", hint);
        return script_fail(reader, goal->objectives[i].maximise ? "maximise" : "minimise");
    }
    return true;
}

bool goal_read(ScriptReader *reader, Goal *goal, GoalFunctions *functions) {
    static const Field EPSILON = {.name = "epsilon", .kind = FIELD_NUMBER, .min = 0, .max = 1};
    static const Field LIMIT = {
        .name = "frontier_limit", .kind = FIELD_INT, .min = 1, .max = 100000000};
    double limit = FRONTIER_LIMIT;
    if (!each_text(reader, goal, "minimise", add_objective, false) ||
        !each_text(reader, goal, "maximise", add_objective, true))
        return false;
    if (goal->objective_count == 0) {
        error_set(reader->err, "sweep needs 'minimise' or 'maximise'");
        error_hint(reader->err,
                   "write: minimise = { \"tpot_s\", \"usd_per_mtoken\" }; chipfit schema "
                   "metrics lists what there is");
        return script_fail(reader, NULL);
    }
    if (!check_objectives(reader, goal))
        return false;
    if (!read_limits(reader, NULL, "where", &functions->where) ||
        !read_limits(reader, goal, "keep", &functions->keep) ||
        !each_text(reader, goal, "group_by", add_group, false) || !read_keep_rows(reader, goal) ||
        !read_number(reader, &EPSILON, &goal->epsilon) || !read_number(reader, &LIMIT, &limit))
        return false;
    goal->frontier_limit = (int64_t)limit;
    goal->keep_function = functions->keep >= 0;
    reader->space->where_function = functions->where >= 0;
    return add_columns(reader, goal);
}
