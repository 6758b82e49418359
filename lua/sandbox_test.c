#include "sim/base/test.h"

#include <lauxlib.h>
#include <time.h>

#include "lua/sandbox.h"

static bool run(const char *script, SandboxLimits limits, char *result, Error *err) {
    Sandbox *sandbox = sandbox_new(limits);
    *err = (Error){.line = 0};
    bool ok = sandbox_run(sandbox, "x.lua", script, strlen(script), err);
    if (ok && result)
        snprintf(result, 256, "%s", luaL_tolstring(sandbox_state(sandbox), -1, NULL));
    sandbox_free(sandbox);
    return ok;
}

TEST(sandbox, computes) {
    // clang-format off
    static const struct {
        const char *script, *result;
    } CASES[] = {
        {"return 1 + 2", "3"},
        {"\xef\xbb\xbfreturn 'after a byte-order mark'", "after a byte-order mark"},
        {"local s = '' for k, v in pairs { b = 1, a = 2, 9, [true] = 3, [2.5] = 4 } do s = s .. "
         "tostring(k) .. v end "
         "return s", "192.54a2b1true3"},
        {"local t = { 3, 1, 2 } table.sort(t) return table.concat(t, ',')", "1,2,3"},
        {"local t = { 'bb', 'a', 'cc', 'd' } table.sort(t, function(a, b) return #a < #b end) "
         "return table.concat(t)", "adbbcc"}, // stable
        {"local t = {} for i = 1, 1000 do t[i] = i * 7919 % 1009 end table.sort(t, function(a, b) "
         "return a > b end) "
         "for i = 2, 1000 do assert(t[i - 1] >= t[i]) end return #t","1000"},
        {"local t = {} for i = 1, 300 do t[i] = i end table.sort(t, function() return true end) "
         "return #t", "300"},
        {"return tostring({}) .. tostring(print_me == nil)", NULL},
        {"return tostring({}) .. tostring(math.floor) .. tostring(1) .. tostring(nil)",
         "tablefunction1nil"},
        {"return string.format('%s %s %d %5.1f %%', {}, pairs, 3, 2.5)",
         "table function 3   2.5 %"},
        {"return ('x'):rep(3)", "xxx"},
        {"x = 5 return x", "5"},
        {"local a = math.random(1000000) math.randomseed(1) return a == math.random(1000000)",
         "true"},
        {"local t = table.pack(1, nil, 3) return t.n", "3"},
        {"local n = 0 local t = { 1, 2, 3 } for k in pairs(t) do t[k] = nil n = n + 1 end return n",
         "3"},
        {"return select('#', table.unpack({ 1, 2, 3 }))", "3"},
        {"return #table.concat({ 'a', 'b' }, ', ')", "4"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Error err;
        char result[256] = "";
        bool ok = run(CASES[i].script, (SandboxLimits){0}, result, &err);
        if (!CASES[i].result) {
            assert_false(ok);
            continue;
        }
        if (!ok)
            print_error("%s: %s\n", CASES[i].script, err.what);
        assert_true(ok);
        assert_string_equal(result, CASES[i].result);
    }
}

TEST(sandbox, refuses_what_reaches_outside) {
    // clang-format off
    static const struct {
        const char *script, *what, *hint;
        int line;
    } CASES[] = {
        {"os.execute('true')", "'os' is not available", "a script can only compute", 1 },
        {"\nio.open('/etc/passwd')", "'io' is not available", "a script can only compute", 2 },
        {"load('return 1')()", "'load' is not available", "a script can only compute", 1 },
        {"require 'os'", "'require' is not available", "a script can only compute", 1 },
        {"pcall(error)", "'pcall' is not available", "a script can only compute", 1 },
        {"setmetatable({}, {})", "'setmetatable' is not available", "a script can only compute", 1 },
        {"getmetatable('').__index = nil", "'getmetatable' is not available",
         "a script can only compute", 1 },
        {"debug.getregistry()", "'debug' is not available", "a script can only compute", 1 },
        {"return _G", "'_G' is not available", "a script can only compute", 1 },
        {"return ('x').dump", "nothing", NULL, -1}, // nil: not there
        {"return ('x'):find('x')", "attempt to call a nil value (method 'find')", "", 1 },
        {"return string.gsub('x', 'x', 'y')", "attempt to call a nil value (field 'gsub')", "", 1 },
        {"return table.move({}, 1, 1, 1)", "attempt to call a nil value (field 'move')", "", 1 },
        {"local a = 1\nreturn mth.floor(a)", "unknown name 'mth'", "did you mean 'math'?", 2 },
        {"return string.format('%p', {})", "string.format: %p is not available", "", 1 },
        {"return string.format('%%%5p', {})", "string.format: %p is not available", "", 1 },
        {"return math.randomseed()", NULL, NULL, 1 },
        {"error({})", "the script raised an error that is a table, not a text", "", 1 },
        {"error()", "the script raised an error that is a nil, not a text", "", 1 },
        {"local t = {}\nt[{}] = 1\nfor k in pairs(t) do end",
         "a table with keys of type table has no order", "", 3 },
        {"return {", NULL, NULL, 1 },
        {"\x1bLua", "attempt to load a binary chunk (mode is 't')", "", 0 },
        {"local x <close> = {}", NULL, NULL, 1 },
        {"error('mine')", "mine", "", 1 },
        {"error('no place', 0)", "no place", "", 1 },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Error err;
        char result[256];
        bool ok = run(CASES[i].script, (SandboxLimits){0}, result, &err);
        if (CASES[i].line < 0) {
            assert_true(ok);
            assert_string_equal(result, "nil");
            continue;
        }
        assert_false(ok);
        if (CASES[i].what)
            assert_string_equal(err.what, CASES[i].what);
        if (CASES[i].hint)
            assert_string_equal(err.hint, CASES[i].hint);
        assert_string_equal(err.file, "x.lua");
        if (err.line != CASES[i].line)
            print_error("%s\n", CASES[i].script);
        assert_int_equal(err.line, CASES[i].line);
    }
}

TEST(sandbox, stops_runaway_scripts) {
    // clang-format off
    static const struct {
        const char *script, *what;
    } CASES[] = {
        {"while true do end", "instructions"},
        {"local function f() return f() end f()", "instructions"},
        {"for i = 1, math.huge do end", "instructions"},
        {"local function f() return 1 + f() end f()", NULL},
        {"local t = {} local function s() table.sort(t, s) end t = { 1, 2 } s()", "stack overflow"},
        {"local s = 'x' while true do s = s .. s end", "MiB of memory"},
        {"local t = {} for i = 1, math.huge do t[i] = i end", "MiB of memory"},
        {"local t = {} while true do t = { t, t } end", "MiB of memory"},
        {"return ('x'):rep(1 << 40)", "longer than 1 MiB"},
        {"return ('x'):rep(1 << 20, 'y')", "longer than 1 MiB"},
        {"local s = ('x'):rep(1 << 20) local t = {} for i = 1, 1000 do t[i] = s end return "
         "table.concat(t)", "MiB of memory"},
        {"local t = {} for i = 1, 1e6 do t[i] = i end while true do table.insert(t, 1, 0) end",
         "instructions"},
        {"local t = {} for i = 1, 1e6 do t[i] = -i end while true do table.sort(t) end",
         "instructions"},
        {"local t = {} for i = 1, 1e6 do t[i] = i end while true do for k in pairs(t) do break end "
         "end", NULL},
        {"return table.unpack({}, 1, 1e8)","too many results to unpack"},
        {"table.sort({ 3, 2, 1 }, function() while true do end end)", "instructions"},
        {"table.sort({ 1, 'a' })", "attempt to compare"},
        {"table.sort({ n = 1, 1, nil, 3 })", NULL},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Error err;
        SandboxLimits limits = {.memory_bytes = 48 << 20, .instructions = 2e7};
        assert_false(run(CASES[i].script, limits, NULL, &err));
        if (CASES[i].what && !strstr(err.what, CASES[i].what))
            fail_msg("%s: %s", CASES[i].script, err.what);
    }
}

TEST(sandbox, watches_the_clock) {
    Error err;
    time_t start = time(NULL);
    SandboxLimits limits = {.instructions = 1e18, .seconds = 0.05};
    assert_false(run("while true do end", limits, NULL, &err));
    assert_non_null(strstr(err.what, "0.05 s"));
    assert_true(time(NULL) - start <= 2);
}

TEST(sandbox, calls_functions_and_counts_anew) {
    Sandbox *sandbox = sandbox_new((SandboxLimits){.instructions = 1e6});
    lua_State *L = sandbox_state(sandbox);
    const char *script =
        "return function(n) local s = 0 for i = 1, n do s = s + i end return s end";
    Error err;
    assert_true(sandbox_run(sandbox, "x.lua", script, strlen(script), &err));
    for (int i = 0; i < 50; i++) {
        lua_pushvalue(L, -1);
        lua_pushinteger(L, 100000);
        assert_true(sandbox_call(sandbox, 1, 1, &err));
        assert_int_equal(lua_tointeger(L, -1), 5000050000);
        lua_pop(L, 1);
    }
    lua_pushvalue(L, -1);
    lua_pushinteger(L, 100000000);
    assert_false(sandbox_call(sandbox, 1, 1, &err));
    assert_int_equal(lua_gettop(L), 1);
    sandbox_free(sandbox);
}

TEST(sandbox, shows_its_owners_functions) {
    Sandbox *sandbox = sandbox_new((SandboxLimits){0});
    lua_pushinteger(sandbox_state(sandbox), 42);
    sandbox_define(sandbox, "answer");
    Error err;
    assert_true(sandbox_run(sandbox, "x.lua", "return answer", 13, &err));
    assert_int_equal(lua_tointeger(sandbox_state(sandbox), -1), 42);
    assert_false(sandbox_run(sandbox, "x.lua", "return anwser", 13, &err));
    assert_string_equal(err.hint, "did you mean 'answer'?");
    sandbox_free(sandbox);
}
