#include "lua/plots_reader.h"

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lua/safe.h"
#include "lua/sweep_keys.h"

#define PICTURE_NAME  60  // characters
#define PICTURE_TEXT  300 // of titles and labels
#define PLAIN_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

const char *const SHOW_WORD_NAMES[SHOW_WORDS] = {"lines",    "points",   "map", "regions",
                                                 "timeline", "roofline", "ops", "memory"};

// One picture while it is read; its table is on top of the stack.
typedef struct PictureReader {
    ScriptReader *script;
    const Goal *goal;
    Picture *picture;
    Place place;
} PictureReader;

static bool fail_at(const PictureReader *reader, const char *key) {
    Place place = key ? place_key(reader->place, key) : reader->place;
    int line = place.line ? place.line : reader->picture->line;
    return error_where(reader->script->err, reader->script->file, line);
}

// --- Keys ---------------------------------------------------------------------------------------------------------

// Keys that a kind of picture takes, with blanks around each; of one design: which one, and nothing else.
static const char *keys_of(ShowWord word) {
    static const char *const KEYS[] = {
        [SHOW_LINES] = " name title x y by each best only log level x_label y_label ",
        [SHOW_POINTS] = " name title x y by each best only log level x_label y_label ",
        [SHOW_MAP] = " name title x y z each best only log x_label y_label z_label ",
        [SHOW_REGIONS] = " name title x y by each best only log x_label y_label ",
    };
    return word < SHOW_TIMELINE ? KEYS[word] : " name title each best only ";
}

static bool check_keys(const PictureReader *reader) {
    lua_State *L = reader->script->L;
    const char *keys = keys_of(reader->picture->word);
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "[1]";
        char word[70];
        snprintf(word, sizeof word, " %.60s ", key);
        if (strcspn(key, " ") == strlen(key) && strstr(keys, word))
            continue;
        Nearest nearest = {0};
        for (const SweepWord *known = SWEEP_PICTURE_KEYS; known->name; known++) {
            snprintf(word, sizeof word, " %.60s ", known->name);
            if (strstr(keys, word))
                nearest_offer(&nearest, key, known->name);
        }
        error_set(reader->script->err, "%s has no key '%.60s'",
                  SHOW_WORD_NAMES[reader->picture->word], key);
        if (nearest.best)
            error_hint(reader->script->err, "did you mean '%s'?", nearest.best);
        key = arena_text(reader->script->arena, key);
        lua_pop(L, 2);
        return fail_at(reader, key);
    }
    return true;
}

static bool push_key(const PictureReader *reader, const char *key) {
    lua_State *L = reader->script->L;
    lua_pushstring(L, key);
    if (lua_rawget(L, -2) != LUA_TNIL)
        return true;
    lua_pop(L, 1);
    return false;
}

static bool read_text(const PictureReader *reader, const char *key, const char **text) {
    lua_State *L = reader->script->L;
    if (!push_key(reader, key))
        return true;
    size_t length = 0;
    const char *given = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;
    bool good = given && length > 0 && length <= PICTURE_TEXT && strlen(given) == length;
    if (good)
        *text = arena_text(reader->script->arena, given);
    lua_pop(L, 1);
    if (good)
        return true;
    error_set(reader->script->err, "%s: takes a text of 1 to %d characters", key, PICTURE_TEXT);
    return fail_at(reader, key);
}

// --- Columns ------------------------------------------------------------------------------------------------------

// The column of that name; -1 with the nearest, or with how the rows would get it.
static int find_column(const PictureReader *reader, const char *key, const char *name) {
    const Goal *goal = reader->goal;
    Error *err = reader->script->err, none = {0};
    Nearest nearest = {0};
    for (int i = 0; i < goal->column_count; i++) {
        if (strcmp(goal->columns[i].column.name, name) == 0)
            return i;
        nearest_offer(&nearest, name, goal->columns[i].column.name);
    }
    error_set(err, "%s: the rows have no column '%.60s'", key, name);
    if (field_find(&METRICS_TABLE, name, &none))
        error_hint(err, "it is a metric: name it in metrics = { ... } of the sweep");
    else if (nearest.best)
        error_hint(err, "did you mean '%s'?", nearest.best);
    else
        error_hint(err, "they have the axes and the metrics, see chipfit schema sweep");
    return -1;
}

// A column's name or a function of the row, on top of the stack, which is popped.
static bool take_value(const PictureReader *reader, const char *key, bool number,
                       PictureValue *value) {
    lua_State *L = reader->script->L;
    *value = (PictureValue){.given = true, .column = -1, .function = -1, .name = key};
    if (lua_isfunction(L, -1)) {
        value->function = axis_keep_function(L, &reader->script->functions);
        return true;
    }
    if (lua_type(L, -1) != LUA_TSTRING) {
        error_set(reader->script->err,
                  "%s: takes a column's name or a function of the row, not a %s", key,
                  luaL_typename(L, -1));
        lua_pop(L, 1);
        return false;
    }
    const char *name = arena_text(reader->script->arena, lua_tostring(L, -1));
    lua_pop(L, 1);
    value->column = find_column(reader, key, name);
    value->name = name;
    if (value->column < 0)
        return false;
    if (!number || reader->goal->columns[value->column].column.kind != COLUMN_TEXT)
        return true;
    error_set(reader->script->err, "%s: '%s' is a text", key, name);
    return error_hint(reader->script->err, "texts make series (by) and pictures (each)");
}

static bool read_value(const PictureReader *reader, const char *key, bool number,
                       PictureValue *value) {
    if (!push_key(reader, key))
        return true;
    return take_value(reader, key, number, value) || fail_at(reader, key);
}

// by = "chip", { "chip", "formats" } or a function.
static bool read_by(const PictureReader *reader) {
    lua_State *L = reader->script->L;
    Picture *picture = reader->picture;
    if (!push_key(reader, "by"))
        return true;
    int count = 1;
    bool list = lua_istable(L, -1);
    bool good = !list || axis_list(L, "by", PICTURE_BY, &count, reader->script->err);
    for (int i = 0; good && i < count; i++) {
        if (list)
            lua_rawgeti(L, -1, i + 1);
        else
            lua_pushvalue(L, -1);
        good = take_value(reader, "by", false, &picture->by[picture->by_count++]);
    }
    lua_pop(L, 1);
    return good || fail_at(reader, "by");
}

// --- Which rows ---------------------------------------------------------------------------------------------------

// Where more is better unless the sweep's own objectives say otherwise.
static bool wants_most(const Goal *goal, const Field *metric) {
    static const char *const MOST[] = {"tokens_per_s", "tokens_per_s_per_chip", "mfu", "mbu",
                                       "max_batch"};
    for (int i = 0; i < goal->objective_count; i++)
        if (goal->objectives[i].metric == metric)
            return goal->objectives[i].maximise;
    for (size_t i = 0; i < sizeof MOST / sizeof MOST[0]; i++)
        if (metric && strcmp(metric->name, MOST[i]) == 0)
            return true;
    return false;
}

static bool read_best(const PictureReader *reader) {
    Picture *picture = reader->picture;
    PictureValue best = {.column = -1};
    picture->best = -1;
    if (!push_key(reader, "best"))
        return true;
    bool function = lua_isfunction(reader->script->L, -1);
    if (function) {
        lua_pop(reader->script->L, 1);
        error_set(reader->script->err, "best: takes the name of a metric");
    } else if (take_value(reader, "best", true, &best)) {
        picture->best = best.column;
        picture->most = wants_most(reader->goal, reader->goal->columns[best.column].metric);
        return true;
    }
    return fail_at(reader, "best");
}

// One value of a column, on top of the stack: a number, a text with its unit, a word.
static bool limit_value(const PictureReader *reader, int index, double *number) {
    static const Field ANY = {.name = "only", .kind = FIELD_NUMBER};
    const ScriptReader *script = reader->script;
    const GoalColumn *column = &reader->goal->columns[index];
    lua_State *L = script->L;
    if (column->column.kind == COLUMN_TEXT) {
        const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
        Nearest nearest = {0};
        for (int i = 0; i < column->column.word_count; i++) {
            if (strcmp(column->column.words[i], text) == 0)
                return (*number = i, true);
            nearest_offer(&nearest, text, column->column.words[i]);
        }
        error_set(script->err, "%s is never '%.60s' in this sweep", column->column.name, text);
        if (nearest.best)
            error_hint(script->err, "did you mean '%s'?", nearest.best);
        return false;
    }
    if (lua_isboolean(L, -1))
        return (*number = lua_toboolean(L, -1), true);
    int axis = column->metric ? -1 : column->quantity.axis;
    const Field *field = column->metric ? column->metric
                         : axis >= 0    ? script->space->axes[axis].field
                                        : NULL;
    Field open = field ? *field : ANY;
    AxisValue value;
    open.kind = FIELD_NUMBER;
    open.min = open.max = 0;
    if (!axis_value(L, &open, script->arena, &value, script->err))
        return false;
    *number = value.number;
    return true;
}

static bool limit_sides(const PictureReader *reader, PictureLimit *limit) {
    lua_State *L = reader->script->L;
    limit->min = (double)-INFINITY;
    limit->max = (double)INFINITY;
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        const char *side = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";
        bool min = strcmp(side, "min") == 0;
        if (!min && strcmp(side, "max") != 0) {
            lua_pop(L, 2);
            return error_set(reader->script->err,
                             "only: takes a value, a list of values, or { min = ..., max = ... }");
        }
        if (!limit_value(reader, limit->column, min ? &limit->min : &limit->max)) {
            lua_pop(L, 2);
            return false;
        }
    }
    return true;
}

// The value of one key of `only` on top of the stack.
static bool read_limit(const PictureReader *reader, const char *name) {
    lua_State *L = reader->script->L;
    Picture *picture = reader->picture;
    if (picture->only_count == PICTURE_LIMITS)
        return error_set(reader->script->err, "only: at most %d columns", PICTURE_LIMITS);
    PictureLimit *limit = &picture->only[picture->only_count++];
    limit->column = find_column(reader, "only", name);
    if (limit->column < 0)
        return false;
    bool list = lua_istable(L, -1);
    if (list && lua_rawlen(L, -1) == 0)
        return limit_sides(reader, limit);
    limit->count = 1;
    if (list && !axis_list(L, "only", PICTURE_VALUES, &limit->count, reader->script->err))
        return false;
    double *values = arena_take(reader->script->arena, (size_t)limit->count * sizeof *values);
    limit->values = values;
    bool good = true;
    for (int i = 0; good && i < limit->count; i++) {
        if (list)
            lua_rawgeti(L, -1, i + 1);
        else
            lua_pushvalue(L, -1);
        good = limit_value(reader, limit->column, &values[i]);
        lua_pop(L, 1);
    }
    return good;
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

static bool read_only(const PictureReader *reader) {
    const ScriptReader *script = reader->script;
    lua_State *L = script->L;
    int top = lua_gettop(L);
    reader->picture->only_function = -1;
    if (!push_key(reader, "only"))
        return true;
    if (lua_isfunction(L, -1)) {
        reader->picture->only_function = axis_keep_function(L, &reader->script->functions);
        return true;
    }
    bool good = lua_istable(L, -1) && named_keys(L);
    if (!good)
        error_set(script->err, "only: takes names and their values, as in { prompt = 8192 }");
    else
        safe_keys(L, lua_gettop(L));
    Place place = place_key(reader->place, "only");
    for (lua_Integer i = 1; good && lua_geti(L, top + 2, i) != LUA_TNIL; i++) {
        const char *name = arena_text(script->arena, lua_tostring(L, -1));
        lua_gettable(L, top + 1);
        good = read_limit(reader, name);
        lua_settop(L, top + 2);
        int line = place_key(place, name).line;
        if (!good)
            error_where(script->err, script->file, line ? line : reader->picture->line);
    }
    lua_settop(L, top);
    return good || fail_at(reader, "only");
}

// --- A picture ----------------------------------------------------------------------------------------------------

static bool read_log(const PictureReader *reader) {
    Picture *picture = reader->picture;
    if (!read_text(reader, "log", &picture->log))
        return false;
    if (picture->log && strcmp(picture->log, "none") == 0)
        picture->log = "";
    if (!picture->log || strspn(picture->log, "xyz") == strlen(picture->log))
        return true;
    error_set(reader->script->err, "log: takes \"x\", \"y\", \"xy\" or \"none\"");
    return fail_at(reader, "log");
}

// level = { at = 141e9, label = "what an H200 holds" }, a line across at that y.
static bool read_level(const PictureReader *reader) {
    lua_State *L = reader->script->L;
    Picture *picture = reader->picture;
    if (!push_key(reader, "level"))
        return true;
    bool good = lua_istable(L, -1);
    if (good) {
        lua_getfield(L, -1, "at");
        lua_getfield(L, -2, "label");
        good = lua_type(L, -2) == LUA_TNUMBER && lua_type(L, -1) == LUA_TSTRING;
        picture->level.at = lua_tonumber(L, -2);
        picture->level.label = good ? arena_text(reader->script->arena, lua_tostring(L, -1)) : NULL;
        lua_pop(L, 2);
    }
    lua_pop(L, 1);
    if (good && isfinite(picture->level.at))
        return true;
    error_set(reader->script->err, "level: takes { at = number, label = \"text\" }");
    return fail_at(reader, "level");
}

static bool read_name(const PictureReader *reader, const Pictures *all) {
    Picture *picture = reader->picture;
    char made[32];
    snprintf(made, sizeof made, "%s-%d", SHOW_WORD_NAMES[picture->word], all->count + 1);
    if (!read_text(reader, "name", &picture->name))
        return false;
    if (!picture->name)
        picture->name = arena_text(reader->script->arena, made);
    size_t length = strlen(picture->name);
    if (length > PICTURE_NAME || strspn(picture->name, PLAIN_LETTERS) != length) {
        error_set(reader->script->err,
                  "name: takes 1 to %d letters, digits, '-' and '_': files are named after it",
                  PICTURE_NAME);
        return fail_at(reader, "name");
    }
    for (int i = 0; i < all->count; i++) {
        if (strcmp(all->list[i].name, picture->name) != 0)
            continue;
        error_set(reader->script->err, "name: two plots are named '%s'", picture->name);
        return fail_at(reader, "name");
    }
    return true;
}

static bool check_given(const PictureReader *reader) {
    const Picture *picture = reader->picture;
    const char *missing = NULL;
    if (picture->word < SHOW_TIMELINE)
        missing = !picture->x.given ? "x" : !picture->y.given ? "y" : NULL;
    if (picture->word == SHOW_MAP && !missing && !picture->z.given)
        missing = "z";
    if (picture->word == SHOW_REGIONS && !missing)
        missing = picture->by_count == 0 ? "by" : picture->best < 0 ? "best" : NULL;
    if (!missing && picture->each.given && picture->x.given && picture->x.column >= 0 &&
        picture->each.column == picture->x.column) {
        error_set(reader->script->err,
                  "each: '%s' is x as well, so that each picture would hold one x",
                  picture->x.name);
        return fail_at(reader, NULL);
    }
    if (!missing)
        return true;
    error_set(reader->script->err, "%s needs '%s'", SHOW_WORD_NAMES[picture->word], missing);
    return fail_at(reader, NULL);
}

void picture_only_fits(const Goal *goal, Picture *picture) {
    static const double YES = 1;
    int column = -1;
    for (int i = 0; i < goal->column_count; i++)
        if (strcmp(goal->columns[i].column.name, "fits") == 0)
            column = i;
    bool said = picture->only_function >= 0 || picture->only_count == PICTURE_LIMITS;
    for (int i = 0; i < picture->only_count; i++)
        said |= picture->only[i].column == column;
    if (column >= 0 && !said)
        picture->only[picture->only_count++] = (PictureLimit){column, &YES, 1, 0, 0};
}

// What "best" means where the script does not say: on a map by what is shown, of one design by the first objective.
static void settle_best(const PictureReader *reader) {
    const Goal *goal = reader->goal;
    Picture *picture = reader->picture;
    for (int i = 0; i < goal->column_count; i++) {
        bool shown = picture->word == SHOW_MAP && i == picture->z.column;
        bool first = picture->word >= SHOW_TIMELINE && goal->objective_count > 0 &&
                     goal->columns[i].metric == goal->objectives[0].metric;
        if (!shown && !first)
            continue;
        picture->best = i;
        picture->most = wants_most(goal, goal->columns[i].metric);
    }
}

// The picture whose table is on top of the stack.
static bool read_picture(const PictureReader *reader, const Pictures *all) {
    Picture *picture = reader->picture;
    bool good = check_keys(reader) && read_name(reader, all) &&
                read_text(reader, "title", &picture->title) &&
                read_text(reader, "x_label", &picture->x_label) &&
                read_text(reader, "y_label", &picture->y_label) &&
                read_text(reader, "z_label", &picture->z_label) &&
                read_value(reader, "x", true, &picture->x) &&
                read_value(reader, "y", true, &picture->y) &&
                read_value(reader, "z", true, &picture->z) && read_by(reader) &&
                read_value(reader, "each", false, &picture->each) && read_best(reader) &&
                read_only(reader) && read_log(reader) && read_level(reader) && check_given(reader);
    if (good && picture->best < 0)
        settle_best(reader);
    picture_only_fits(reader->goal, picture);
    return good;
}

static int word_of(lua_State *L, int *line) {
    const char *kind = lua_istable(L, -1) ? reader_kind(L, -1, line) : NULL;
    for (int i = 0; kind && i < SHOW_WORDS; i++)
        if (strcmp(kind, SHOW_WORD_NAMES[i]) == 0)
            return i;
    return -1;
}

bool pictures_read(ScriptReader *reader, const Goal *goal, Pictures *pictures) {
    lua_State *L = reader->L;
    int count;
    if (!script_get(reader, "plots"))
        return true;
    int line;
    bool good = lua_istable(L, -1) && !reader_kind(L, -1, &line);
    if (!good)
        error_set(reader->err, "plots: takes a list of plots, not %s",
                  lua_istable(L, -1) ? "a single one" : luaL_typename(L, -1));
    good = good && axis_list(L, "plots", SCRIPT_PLOTS, &count, reader->err);
    if (!good) {
        error_hint(reader->err, "write: plots = { lines { x = \"chips\", y = \"time_s\" }, ... }");
        lua_pop(L, 1);
        return script_fail(reader, "plots");
    }
    for (int i = 0; good && i < count; i++) {
        Picture *picture = &pictures->list[pictures->count];
        lua_rawgeti(L, -1, i + 1);
        int word = word_of(L, &line);
        *picture = (Picture){.word = (ShowWord)word, .line = line};
        PictureReader one = {reader, goal, picture, place_call(reader->text, line)};
        if (word < 0) {
            error_set(reader->err, "plots: element %d is no plot", i + 1);
            error_hint(reader->err, "lines, points, map, regions, timeline, roofline, ops, memory "
                                    "{ ... }");
            good = script_fail(reader, "plots");
        } else {
            good = read_picture(&one, pictures);
        }
        pictures->count += good;
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return good;
}
