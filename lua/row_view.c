#include "lua/row_view.h"

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lua/axis.h"
#include "sim/base/text.h"

static const char VIEW = 0; // its address is the key of the view in the registry

static void push_column(lua_State *L, const Column *column, double value) {
    if (isnan(value))
        lua_pushnil(L);
    else if (column->kind == COLUMN_TEXT)
        lua_pushstring(L, column->words[(int)value]);
    else if (column->kind == COLUMN_INTEGER)
        lua_pushinteger(L, (lua_Integer)value);
    else
        lua_pushnumber(L, value);
}

// The place of a column among those of the rows, then those that do not vary; -1 with the nearest name.
static int find(const StoreRun *run, const char *name, Nearest *nearest) {
    for (int i = 0; i < run->column_count; i++) {
        if (strcmp(run->columns[i].name, name) == 0)
            return i;
        nearest_offer(nearest, name, run->columns[i].name);
    }
    for (int i = 0; i < run->constant_count; i++) {
        if (strcmp(run->constants[i].column.name, name) == 0)
            return run->column_count + i;
        nearest_offer(nearest, name, run->constants[i].column.name);
    }
    return -1;
}

// __index of the view; upvalues: the view, and places of names found so far.
static int read_view(lua_State *L) {
    const RowView *view = lua_touserdata(L, lua_upvalueindex(1));
    const StoreRun *run = view->run;
    if (lua_type(L, 2) != LUA_TSTRING)
        return luaL_error(L, "a row has names, not numbers");
    if (!view->values)
        return luaL_error(L, "a row can be read only while its function runs");
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(2)) == LUA_TNIL) {
        const char *name = lua_tostring(L, 2);
        Nearest nearest = {0};
        int place = find(run, name, &nearest);
        if (place < 0)
            return luaL_error(L, "the rows have no column '%s'\n    %s%s%s", name,
                              nearest.best ? "did you mean '" : "a metric must be named in metrics",
                              nearest.best ? nearest.best : "", nearest.best ? "'?" : "");
        lua_pop(L, 1);
        lua_pushvalue(L, 2);
        lua_pushinteger(L, place);
        lua_rawset(L, lua_upvalueindex(2));
        lua_pushinteger(L, place);
    }
    int place = (int)lua_tointeger(L, -1);
    if (place < run->column_count) {
        push_column(L, &run->columns[place], view->values[place]);
    } else {
        const StoreConstant *constant = &run->constants[place - run->column_count];
        push_column(L, &constant->column, constant->value);
    }
    return 1;
}

static int refuse_write(lua_State *L) {
    return luaL_error(L, "a row cannot be changed");
}

void view_open(RowView *view) {
    lua_State *L = sandbox_state(view->sandbox);
    lua_newtable(L);
    lua_newtable(L);
    lua_pushlightuserdata(L, view);
    lua_newtable(L);
    lua_pushcclosure(L, read_view, 2);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, refuse_write);
    lua_setfield(L, -2, "__newindex");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &VIEW);
}

// Adds the row, and the line where the function begins.
static void blame(const RowView *view, int function, Error *err) {
    lua_State *L = sandbox_state(view->sandbox);
    lua_Debug at = {0};
    char hint[300];
    axis_function(L, function);
    lua_getinfo(L, ">S", &at);
    snprintf(hint, sizeof hint, "%.200s%sat the row of point %lld", err->hint,
             err->hint[0] ? "; " : "", (long long)view->id);
    error_hint(err, "%s", hint);
    sandbox_where(view->sandbox, at.linedefined, err);
}

static bool take_answer(lua_State *L, ViewWanted wanted, ViewAnswer *answer, Error *err) {
    int type = lua_type(L, -1);
    *answer = (ViewAnswer){.number = (double)NAN};
    if (wanted == VIEW_TRUTH && type != LUA_TBOOLEAN)
        return error_set(err, "only must return true or false, not a %s", luaL_typename(L, -1));
    if (type == LUA_TNIL)
        return true;
    answer->truth = lua_toboolean(L, -1);
    if (type == LUA_TNUMBER)
        answer->number = lua_tonumber(L, -1);
    else if (wanted == VIEW_NUMBER)
        return error_set(err, "x, y and z are numbers, but the function gave a %s",
                         luaL_typename(L, -1));
    if (wanted != VIEW_TEXT)
        return true;
    if (type == LUA_TBOOLEAN)
        answer->text = answer->truth ? "yes" : "no";
    else if (type == LUA_TSTRING || type == LUA_TNUMBER)
        answer->text = lua_tostring(L, -1);
    else
        return error_set(err, "by and each are texts, but the function gave a %s",
                         luaL_typename(L, -1));
    return true;
}

bool view_call(RowView *view, int function, ViewWanted wanted, ViewAnswer *answer, Error *err) {
    lua_State *L = sandbox_state(view->sandbox);
    lua_settop(L, 0); // the last answer's text
    axis_function(L, function);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &VIEW);
    bool good = sandbox_call(view->sandbox, 1, 1, err) && take_answer(L, wanted, answer, err);
    if (!good)
        blame(view, function, err);
    return good;
}
