// The Lua module: require "chipfit" in a stock Lua 5.4. Prints nothing and ends nothing; wrong input gives nil, what is wrong
// and a hint.
//
//     chipfit.predict { chip = "h100_sxm", model = "llama-3.1-8b", phase = "decode", batch = 8, context = 4096 }
//     chipfit.sweep({ chip = ..., model = chipfit.shape { ... }, ... }, { threads = 2, output = "run.sqlite" })
//     chipfit.sweep [[ return sweep { ... } ]]
#define _XOPEN_SOURCE 700 // realpath
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lua/commands.h"
#include "lua/host.h"
#include "lua/json.h"
#include "lua/name_cache.h"
#include "lua/request_json.h"
#include "lua/session.h"

#define MOST_THREADS 1024
#define SOURCE       "chipfit.sweep" // what messages call the script

int luaopen_chipfit(lua_State *L);

// What a Lua state that loaded the module keeps; it goes with the state.
typedef struct Module {
    Library *library; // NULL until it is needed
    NameCache *cache;
    char *file; // of the module, near which the data files are
} Module;

static int module_free(lua_State *L) {
    Module *module = lua_touserdata(L, 1);
    cache_free(module->cache);
    library_free(module->library);
    free(module->file);
    *module = (Module){NULL, NULL, NULL};
    return 0;
}

static bool module_open(Module *module, Error *err) {
    if (!module->library && (module->library = library_open_near(module->file, err)))
        module->cache = cache_new((NameSource){module->library, NULL, NULL});
    return module->library;
}

static int fail(lua_State *L, const Error *err) {
    Error what = *err;
    char text[1400];
    what.hint[0] = '\0';
    error_text(&what, text, sizeof text);
    lua_pushnil(L);
    lua_pushstring(L, text);
    if (!err->hint[0])
        return 2;
    lua_pushstring(L, err->hint);
    return 3;
}

// --- predict -----------------------------------------------------------------------------------------------------

// The answer as predict's line of JSON; NULL: an error.
static json_t *answer(Module *module, const char *request, Error *err) {
    JsonRequest json;
    Names names;
    Design design;
    json_t *root = NULL;
    bool no_room;
    if (request_json_read(request, strlen(request), &json, err) &&
        cache_find(module->cache, &json.request, &names, err) &&
        request_design(&json.request, &names, &design, &no_room, err)) {
        Metrics metrics;
        Text text = {0};
        evaluate(&design, &metrics, NULL);
        text_add(&text, "{");
        json_answer_members(&text, &json.request, &design, &metrics);
        text_add(&text, "}");
        root = json_loadb(text.data, text.length, 0, NULL);
        text_free(&text);
    }
    request_json_free(&json);
    return root;
}

// A pointer to JSON that goes with the Lua state's rubbish, should the memory run out while it is pushed.
static int json_free(lua_State *L) {
    json_t **json = lua_touserdata(L, 1);
    json_decref(*json);
    *json = NULL;
    return 0;
}

static int predict(lua_State *L) {
    Module *module = lua_touserdata(L, lua_upvalueindex(1));
    Error err = {0};
    lua_settop(L, 2);
    json_t **kept = lua_newuserdatauv(L, sizeof(json_t *), 0);
    *kept = NULL;
    luaL_setmetatable(L, "chipfit.json");
    if (lua_type(L, 1) != LUA_TTABLE || !lua_isnil(L, 2)) {
        error_set(&err, "predict takes one table");
        error_hint(&err, "chipfit.predict { chip = \"h100_sxm\", model = ..., phase = ... }");
        return fail(L, &err);
    }
    json_t *request = module_open(module, &err) ? host_json(L, 1, &err) : NULL;
    char *text = request ? json_dumps(request, JSON_REAL_PRECISION(17)) : NULL;
    if (text)
        *kept = answer(module, text, &err);
    free(text);
    json_decref(request);
    if (!*kept)
        return fail(L, &err);
    host_push(L, *kept);
    return 1;
}

// --- sweep -------------------------------------------------------------------------------------------------------

// What a call of sweep holds; in a userdata, so that it is freed whatever happens.
typedef struct Call {
    Session *session;
    Text script;
    double *row;
} Call;

static int call_free(lua_State *L) {
    Call *call = lua_touserdata(L, 1);
    session_close(call->session);
    text_free(&call->script);
    free(call->row);
    *call = (Call){.session = NULL};
    return 0;
}

static bool read_option(lua_State *L, const char *key, SessionOptions *options, Error *err) {
    if (strcmp(key, "threads") == 0 && lua_isinteger(L, -1)) {
        lua_Integer threads = lua_tointeger(L, -1);
        options->threads = (int)threads;
        return (threads >= 1 && threads <= MOST_THREADS) ||
               error_set(err, "threads: %lld is outside 1 to %d", (long long)threads, MOST_THREADS);
    }
    if (strcmp(key, "output") == 0 && lua_type(L, -1) == LUA_TSTRING) {
        options->output = lua_tostring(L, -1);
        return true;
    }
    if (strcmp(key, "resume") == 0 && lua_isboolean(L, -1)) {
        options->resume = lua_toboolean(L, -1);
        return true;
    }
    error_set(err, "options: there is no '%.60s' that is a %s", key, luaL_typename(L, -1));
    return error_hint(err, "as in { threads = 4, output = \"run.sqlite\", resume = true }");
}

// The table of options at index 2, if there is one.
static bool read_options(lua_State *L, SessionOptions *options, Error *err) {
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    options->threads = online < 1 ? 1 : online > MOST_THREADS ? MOST_THREADS : (int)online;
    if (lua_isnoneornil(L, 2))
        return true;
    if (!lua_istable(L, 2))
        return error_set(err, "options: takes a table, not a %s", luaL_typename(L, 2));
    bool good = true;
    lua_pushnil(L);
    while (good && lua_next(L, 2)) {
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "[1]";
        good = read_option(L, key, options, err);
        lua_pop(L, 1);
    }
    if (!good || !options->resume || options->output)
        return good;
    return error_set(err, "resume: needs output, the run to go on with");
}

// The script that index 1 is, or stands for.
static bool read_script(lua_State *L, Call *call, Error *err) {
    if (lua_type(L, 1) == LUA_TSTRING) {
        text_add_n(&call->script, lua_tostring(L, 1), lua_rawlen(L, 1));
        return true;
    }
    if (lua_type(L, 1) == LUA_TTABLE)
        return host_script(L, 1, &call->script, err);
    error_set(err, "sweep takes a table, or the text of a script");
    return error_hint(err, "chipfit.sweep { chip = \"h100_sxm\", model = ..., workload = ... }");
}

// Pushes a table of the point's id and columns.
static void push_row(lua_State *L, const Call *call, int64_t id) {
    const Goal *goal = session_sweep(call->session)->goal;
    Candidate none;
    worker_point(sweep_worker(session_result(call->session)), id, call->row, &none);
    lua_createtable(L, 0, goal->column_count + 1);
    lua_pushinteger(L, id);
    lua_setfield(L, -2, "id");
    for (int i = 0; i < goal->column_count; i++) {
        const Column *column = &goal->columns[i].column;
        double value = call->row[i];
        if (value != value) // null
            continue;
        if (column->kind == COLUMN_TEXT)
            lua_pushstring(L, column->words[(int)value]);
        else if (goal->columns[i].metric && goal->columns[i].metric->kind == FIELD_BOOL)
            lua_pushboolean(L, value != 0);
        else if (column->kind == COLUMN_INTEGER)
            lua_pushinteger(L, (lua_Integer)value);
        else
            lua_pushnumber(L, value);
        lua_setfield(L, -2, column->name);
    }
}

static void push_frontier(lua_State *L, const Call *call) {
    const Frontier *frontier = sweep_frontier(session_result(call->session));
    int64_t count = frontier_count(frontier);
    int64_t *ids = lua_newuserdatauv(L, (size_t)(count + 1) * sizeof *ids, 0);
    frontier_ids(frontier, ids);
    lua_newtable(L);
    for (int64_t i = 0; i < count; i++) {
        push_row(L, call, ids[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_remove(L, -2);
}

// The best of each objective, in each group.
static void push_best(lua_State *L, const Call *call) {
    const Goal *goal = session_sweep(call->session)->goal;
    const Frontier *frontier = sweep_frontier(session_result(call->session));
    lua_Integer place = 0;
    lua_newtable(L);
    for (int objective = 0; objective < goal->objective_count; objective++) {
        for (int group = 0; group < frontier_groups(frontier); group++) {
            int64_t id = frontier_best(frontier, group, objective);
            if (id < 0)
                continue;
            push_row(L, call, id);
            lua_pushstring(L, goal->objectives[objective].metric->name);
            lua_setfield(L, -2, "objective");
            lua_rawseti(L, -2, ++place);
        }
    }
}

// Why points fell.
static void push_fell(lua_State *L, const Reasons *reasons) {
    lua_newtable(L);
    for (int i = 0; i < reasons->count; i++) {
        const Reason *reason = &reasons->list[i];
        lua_newtable(L);
        lua_pushstring(L, REASON_KIND_WORDS[reason->kind]);
        lua_setfield(L, -2, "kind");
        lua_pushstring(L, reason->what);
        lua_setfield(L, -2, "what");
        lua_pushinteger(L, reason->points);
        lua_setfield(L, -2, "points");
        if (reason->nearest_id >= 0) {
            lua_pushinteger(L, reason->nearest_id);
            lua_setfield(L, -2, "nearest_id");
            lua_pushnumber(L, reason->miss);
            lua_setfield(L, -2, "miss");
        }
        lua_rawseti(L, -2, i + 1);
    }
}

static int push_result(lua_State *L, Call *call) {
    const Sweep *sweep = session_sweep(call->session);
    const SweepState *state = sweep_state(session_result(call->session));
    call->row = calloc((size_t)sweep->goal->column_count + 1, sizeof *call->row);
    if (!call->row)
        abort();
    lua_newtable(L);
    lua_pushinteger(L, sweep->last - sweep->first);
    lua_setfield(L, -2, "points");
    lua_pushnumber(L, state->busy_s);
    lua_setfield(L, -2, "seconds");
    lua_createtable(L, 0, COUNT_COUNT);
    for (int i = 0; i < COUNT_COUNT; i++) {
        lua_pushinteger(L, state->counts[i]);
        lua_setfield(L, -2, SWEEP_COUNT_WORDS[i]);
    }
    lua_setfield(L, -2, "counts");
    push_fell(L, &state->reasons);
    lua_setfield(L, -2, "fell");
    push_frontier(L, call);
    lua_setfield(L, -2, "frontier");
    push_best(L, call);
    lua_setfield(L, -2, "best");
    return 1;
}

static int sweep(lua_State *L) {
    Module *module = lua_touserdata(L, lua_upvalueindex(1));
    Error err = {0};
    SessionOptions options = {
        .shard = {1, 1}
    };
    lua_settop(L, 2);
    Call *call = lua_newuserdatauv(L, sizeof *call, 0);
    *call = (Call){.session = NULL};
    luaL_setmetatable(L, "chipfit.sweep");
    if (read_options(L, &options, &err) && read_script(L, call, &err) &&
        module_open(module, &err)) {
        options.source =
            (RunText){SOURCE, call->script.data ? call->script.data : "", call->script.length};
        call->session = session_open(module->library, &options, &err);
    }
    if (call->session)
        session_run(call->session, &err);
    if (call->session && !err.what[0] && !session_result(call->session))
        error_set(&err, "%s is finished already", options.output);
    if (lua_istable(L, 1) &&
        strcmp(err.file, SOURCE) == 0) { // a line of a text that nobody has seen
        err.file[0] = '\0';
        err.line = 0;
    }
    int results = err.what[0] ? fail(L, &err) : push_result(L, call);
    lua_pushcfunction(L,
                      call_free); // now, not when the rubbish is next collected: a file may be open
    lua_pushvalue(L, 3);
    lua_call(L, 1, 0);
    return results;
}

// --- The module --------------------------------------------------------------------------------------------------

static void define_kind(lua_State *L, const char *name, lua_CFunction collect) {
    luaL_newmetatable(L, name);
    lua_pushcfunction(L, collect);
    lua_setfield(L, -2, "__gc");
    lua_pop(L, 1);
}

int luaopen_chipfit(lua_State *L) {
    const char *file = luaL_optstring(L, 2, ""); // where require found the module
    define_kind(L, "chipfit.module", module_free);
    define_kind(L, "chipfit.json", json_free);
    define_kind(L, "chipfit.sweep", call_free);
    lua_newtable(L);
    host_constructors(L);
    lua_pushstring(L, CHIPFIT_VERSION);
    lua_setfield(L, -2, "version");
    Module *module = lua_newuserdatauv(L, sizeof *module, 0);
    *module = (Module){NULL, NULL, NULL};
    luaL_setmetatable(L, "chipfit.module");
    module->file = realpath(file, NULL);
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, predict, 1);
    lua_setfield(L, -3, "predict");
    lua_pushcclosure(L, sweep, 1);
    lua_setfield(L, -2, "sweep");
    return 1;
}
