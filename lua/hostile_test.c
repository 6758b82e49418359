// Scripts that mean no good, or no sense: each ends with a message that names what is wrong, soon and in little memory.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lua/sweep_test.h"
#include "sim/base/clock.h"

#define MOST_SECONDS 4      // a sanitizer makes them long
#define MOST_KIB     400000 // of one script: 64 MiB of Lua, its axes, what a worker takes

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SLOWER 20
#else
#define SLOWER 1
#endif

typedef struct Case {
    const char *text; // a whole script, or keys of a sweep that replace those of the same name
    const char *word; // of the message or its hint; NULL: it must be right
    int line;         // 0: any
} Case;

// The message of the script, or of its first points; what is right gives "". Ran in a child, so that a crash is seen.
static void ask(const char *text, Error *err) {
    SweepScript *script = script_open(test_library(), "x.lua", text, strlen(text), err);
    if (!script)
        return;
    int64_t points = script_space(script)->points;
    Worker *worker = worker_new(script_space(script), script_goal(script), script_hooks(script));
    Block *block = block_new(script_goal(script), 1000);
    worker_block(worker, 0, points < 1000 ? points : 1000, block);
    *err = (Error){0};
    if (block->failed)
        *err = block->error;
    block_free(block);
    worker_free(worker);
    script_close(script);
}

static void check(const char *text, const char *word, int line) {
    int pipes[2], status;
    struct {
        Error err;
        struct rusage usage;
    } said = {0};
    double began_s = clock_s();
    assert_int_equal(pipe(pipes), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        ask(text, &said.err);
        getrusage(RUSAGE_SELF, &said.usage);
        _exit(write(pipes[1], &said, sizeof said) == (ssize_t)sizeof said ? 0 : 1);
    }
    close(pipes[1]);
    ssize_t got = read(pipes[0], &said, sizeof said);
    close(pipes[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    const Error err = said.err;
    if (got != (ssize_t)sizeof said || status != 0)
        fail_msg("status %d of\n%.400s", status, text);
    bool found = word ? strstr(err.what, word) || strstr(err.hint, word) : !err.what[0];
    if (!found || (word && strcmp(err.file, "x.lua") != 0) || (line && err.line != line))
        fail_msg("%s:%d: %s\n    %s\nof %s, line %d, in\n%.400s", err.file, err.line, err.what,
                 err.hint, word ? word : "nothing", line, text);
    if (clock_s() - began_s > MOST_SECONDS * SLOWER ||
        (SLOWER == 1 && said.usage.ru_maxrss > MOST_KIB))
        fail_msg("%.1f s, %ld KiB for\n%.400s", clock_s() - began_s, said.usage.ru_maxrss, text);
}

// The keys of a small sweep, each on its own line, from 2 on; those that are given replace them, in their lines.
static const char *const KEYS[][2] = {
    {"chip",     "'h100_sxm'"                                 },
    {"chips",    NULL                                         },
    {"model",    "'llama-3.1-8b'"                             },
    {"formats",  NULL                                         },
    {"plan",     NULL                                         },
    {"workload", "decode { batch = { 1, 2 }, context = 1024 }"},
    {"minimise", "'tpot_s'"                                   },
};
#define KEY_COUNT ((int)(sizeof KEYS / sizeof KEYS[0]))

// Line 1 holds `before`; `keys` are lines "key = value,", which stand from line 2 on.
static void check_keys(const char *before, const char *keys, const char *word, int line) {
    Text text = {0};
    text_addf(&text, "%s return sweep {\n%s\n", before, keys);
    for (int i = 0; i < KEY_COUNT; i++) {
        char given[32];
        snprintf(given, sizeof given, "%s = ", KEYS[i][0]);
        const char *at = strstr(keys, given);
        if (KEYS[i][1] && (!at || (at > keys && at[-1] != '\n')))
            text_addf(&text, "%s%s,\n", given, KEYS[i][1]);
    }
    text_add(&text, "}\n");
    check(text.data, word, line);
    text_free(&text);
}

// clang-format off
TEST(hostile, scripts_end_soon) {
    static const struct { const char *text, *word; } CASES[] = {
        {"os.execute('ls')", "'os' is not available"}, {"io.open('/etc/passwd')", "'io' is not available"},
        {"require 'os'", "'require' is not available"}, {"load('x')", "'load' is not available"},
        {"dofile('/etc/passwd')", "'dofile' is not available"}, {"debug.sethook()", "'debug' is not available"},
        {"pcall(error)", "'pcall'"}, {"coroutine.wrap(error)", "'coroutine'"}, {"setmetatable({}, {})", "'setmetatable'"},
        {"\x1bLuaT\x01\x02", "binary chunk"},
        {"while true do end", "instructions"}, {"::a:: goto a", "instructions"},
        {"local function f() return f() end f()", "instructions"}, {"local function f() return 1 + f() end f()", "memory"},
        {"local s = 'x' while true do s = s .. s end", "memory"}, {"local t = {} for i = 1, 1e9 do t[i] = i end", "memory"},
        {"local s = ('x'):rep(10000000000)", "longer than 1 MiB"}, {"local s = ('x'):rep(1 << 62)", "longer than 1 MiB"},
        {"local s = (''):rep(1 << 62) local t = (''):rep(1 << 62, '') return s .. t", "returns string, not a sweep"},
        {"('x'):gsub('x', 'y')", "nil value"}, {"string.find(('a'):rep(1000), ('a?'):rep(1000))", "nil value"},
        {"table.move({ 1 }, 1, math.maxinteger, 2)", "nil value"}, {"string.dump(error)", "nil value"},
        {"table.concat({}, 'x', 1, 1 << 62)", "invalid value"}, {"table.unpack({}, math.mininteger, math.maxinteger)", "too many results"},
        {"local t = {} for i = 1, 60 do t[i] = ('x'):rep(1 << 20) end table.concat(t)", "memory"},
        {"table.sort({ 3, 2, 1 }, function() while true do end end)", "instructions"},
        {"local s = ('x'):rep(1 << 20) local t = {} for i = 1, 1000000 do t[i] = s end table.sort(t)", "instructions"},
        {"local t = {} for i = 1, 1e6 do table.insert(t, 1, i) end", "instructions"},
        {"error({})", "is a table, not a text"}, {"error()", "is a nil"}, {"error(('y'):rep(1 << 20))", "yyy"},
        {"range(1, 1e15)", "more than 1000000 values"}, {"range(1, 2, 1e-300)", "more than 1000000 values"}, {"range(0/0, 1)", "needs first"},
        {"pow2(5e-324, 1e308)", "more than 1000000"}, {"pow2(-1, 4)", "needs 0 < first"}, {"logspace(1, 2, 1e7)", "more than 1000000"},
        {"upto(1e9, error)", "upto(most, function)"}, {"upto(2)", "function expected"}, {"times {} times(-1)", "above 0"},
        {"return sweep(sweep {})", "made by another function"}, {"return sweep 'x'", "takes one table"}, {"return chip { name = 'x' }", "returns chip, not a sweep"},
        {"", "returns nothing"}, {"return sweep { chip = ", "unexpected symbol"}, {"return {}", "returns table, not a sweep"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        check(CASES[i].text, CASES[i].word ? CASES[i].word : "returns nothing", 0);
    Text deep = {0};
    text_add(&deep, "return ");
    for (int i = 0; i < 100000; i++)
        text_add(&deep, "{");
    check(deep.data, "overflow", 0);
    text_free(&deep);
}

TEST(hostile, functions_end_soon) {
    static const Case CASES[] = {
        {"where = function(d) while true do end end,", "more than 1000000.0 instructions", 2},
        {"keep = function(m) while true do end end,", "at point 0", 2},
        {"plan = { tp = function(d) while true do end end },", "instructions", 2},
        {"plan = { tp = upto(3, function(d)\nwhile true do end end) },", "instructions", 3},
        {"where = function(d) local s = 'x' while true do s = s .. s end end,", "memory", 0},
        {"where = function(d) return 5 end,", "true or false, not a number", 2},
        {"keep =\nfunction(m) end,", "true or false, not a nil", 3},
        {"where = function(d) return d.layerz > 1 end,", "did you mean 'layers'?; at point 0", 2},
        {"keep = function(m) return m.tpott_s > 1 end,", "did you mean 'tpot_s'?", 2},
        {"where = function(d) return d[1] end,", "names, not numbers", 2},
        {"where = function(d) return d[('x'):rep(1 << 20)] end,", "a design has no 'xxx", 2},
        {"where = function(d) return d['params\\0'] > 1 end,", "a design has no 'params'", 2},
        {"where = function(d)\n\nd.params = 1 return true end,", "cannot be changed", 4},
        {"where = function(d) return math.random() < 0.5 end,", "math.random is not available", 2},
        {"where = function(d) error('no \\27[2J') end,", "no ", 2},
        {"where = function(d) error(setfenv) end,", "unknown name 'setfenv'", 2},
        {"keep = function(m) return m.ttft_s < 1 end,", "compare nil with number", 2},
        {"plan = { tp = function(d) return d.batch end },", "'batch' is not known yet where 'tp' is chosen", 2},
        {"plan = { tp = function(d) return d.batch end },", "chip, system, model, formats, plan, workload", 2},
        {"plan = { tp = function(d) return d.pp end, pp = { 1, 2 } },", "'pp' is not known yet", 2},
        {"plan = { tp = function(d) return d.tp end },", "'tp' is not known yet", 2},
        {"chips = { 2, 4 },\nworkload = decode { context = 8, batch = function(d) return d.tp end },", "'tp' is not known yet", 3},
        {"plan = { tp = function(d) return 1.5 end },", "1.5 is not a whole number", 2},
        {"plan = { tp = function(d) return 0/0 end },", "NaN", 2},
        {"plan = { tp = function(d) return -1 end },", "-1 is outside 1 to 65536", 2},
        {"plan = { tp = function(d) return 'x' end },", "'x' is not a whole number", 2},
        {"plan = { tp = function(d) return {} end },", "takes values, not a table", 2},
        {"plan = { tp = upto(2, function(d) return { 1, 2, 4 } end) },", "gave 3 values, upto declares 2", 2},
        {"plan = { tp = upto(2, function(d) return 1 end) },", "must return a list, not a number", 2},
        {"plan = { tp = upto(2, function(d) return { 1, 'y' } end) },", "'y' is not a whole number", 2},
        {"formats = function(d) return 'fp8' end,", "numbers only, not texts", 2},
        {"where = function(d) return d.params > 0 and tostring(d) == 'table' end,", NULL, 0},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        check_keys("", CASES[i].text, CASES[i].word, CASES[i].line);
}

TEST(hostile, values_are_named_with_their_line) {
    static const Case CASES[] = {
        {"workload = decode {\n batch = { 1,\n 0/0 }, context = 8 },", "batch: NaN is not a number", 3},
        {"workload = decode { context = 8,\n batch = { 1, 1/0 } },", "batch: infinity", 3},
        {"workload = decode { context = 8,\n\n batch = { 1, -1 } },", "batch: -1 is outside", 4},
        {"workload = decode { context = { 1, 1.5 }, batch = 1 },", "context: 1.5 is not a whole number", 2},
        {"workload = decode { batch = {}, context = 8 },", "batch: takes a value or a list", 2},
        {"workload = decode { batch = { { 1 } }, context = 8 },", "batch: takes values, not a table", 2},
        {"workload = decode { batch = { 1, nil, 3 }, context = 8 },", "batch: takes a list without names and gaps", 2},
        {"workload = decode { batch = { 1, x = 3 }, context = 8 },", "batch: takes a list without names and gaps", 2},
        {"workload = decode { batch = times { 1, 2 }, context = 8 },", "no base that times could multiply", 2},
        {"workload = decode { batch = true, context = 8 },", "batch: takes a value or a list, not a boolean", 2},
        {"workload = decode { batch = 1 },", "context: is missing", 2}, {"workload = prefill {},", "prompt: is missing", 2},
        {"workload = decode { batch = 1,\n contxt = 5 },", "did you mean 'context'?", 3},
        {"workload = { decode { batch = 1, context = 5 }, 5 },", "element 2 is no decode", 2},
        {"workload = { decode { batch = { 1, 2 }, context = 5 } },", "one value a key", 2},
        {"workload = sweep {},", "takes decode", 2},
        {"model = sweep {},", "model: takes a name or model { ... }, not a sweep", 2},
        {"model = { shape { base = 'llama-3.1-8b' } },", "a shape stands alone", 2},
        {"model = shape {\nbase = 'llama-3.1-8b',\n d_modl = { 1024 } },", "did you mean 'd_model'?", 4},
        {"model = shape {\nbase = 'llama-3.1-8b',\n layers = { 8,\n 0, 16 } },", "layers: 0 is outside 1 to 1024", 4},
        {"model = shape {\nbase = 'llama-3.1-8b',\n ffn = { gated = true,\n d_ff = { 8, -8 } } },", "d_ff: -8 is outside", 5},
        {"model = shape {\nbase = 'llama-3.1-8' },", "did you mean 'llama-3.1-8b'?", 3},
        {"model = shape { layers = { 8 } },", "base: takes a name", 2}, {"model = shape { base = { 5 } },", "base: takes a name", 2},
        {"model = shape { base = { 'llama-3.1-8b', 'llama-3.1-8b' } },", "twice", 2},
        {"model = shape { base = 'llama-3.1-8b', heads = { 8 }, attention = { heads = { 8 } } },", "heads: two axes of this name", 2},
        {"model = shape { base = 'llama-3.1-8b', mixers = function() return 'a' end },", "numbers only", 2},
        {"model = shape { base = 'llama-3.1-8b', ffn = 'x', d_ff = 5 },", "ffn: takes a table", 2},
        {"chip = '/etc/passwd',", "a script cannot name files", 2}, {"chip = { 'h100_sxm', 'x.lua' },", "a script cannot name files", 2},
        {"chip = derive { base = './x.lua' },", "a script cannot name files", 2}, {"chip = 5,", "chip: takes a name", 2}, {"chip = {},", "chip: takes a name", 2},
        {"chip = 'h100_sx',", "did you mean 'h100_sxm'?", 2}, {"chip = { 'h100_sxm', 'H100' },", "stands in the list twice", 2},
        {"chip = { 'h100_sxm', x = 'l40s' },", "without names and gaps", 2},
        {"chip = derive {\nbase = 'h100_sxm',\n memory = {\n bandwith = times { 1, 2 } } },", "did you mean 'bandwidth'?", 5},
        {"chip = derive {\nbase = 'h100_sxm',\n memory = {\n bandwidth = { '1 TB/s', '2 TB' } } },", "bandwidth: '2 TB' is not in B/s", 5},
        {"chip = derive { base = 'h100_sxm', memory = { bandwidth = times { -1 } } },", "-1 is outside", 2},
        {"chip = derive { base = 'h100_sxm', memory = { bandwidth = times { times { 1 } } } },", "takes values", 2},
        {"chip = derive { base = 'h100_sxm', matrix = { kind = times { 1, 2 } } },", "is no number", 2},
        {"system = derive { base = 'hgx_h100', levels = { nvlnk = { bandwidth = 1e9 } } },", "did you mean 'nvlink'?", 2},
        {"formats = {\n'bf16', 'fp9' },", "did you mean 'fp8'?", 2}, {"formats = 'fp9',", "did you mean 'fp8'?", 2},
        {"formats = { 'bf16', { weights = 'int4', kvv = 'fp8' } },", "did you mean 'kv'?", 2}, {"formats = { {} },", "is no format", 2}, {"formats = { 5 },", "is no format", 2},
        {"plan = { tpp = { 1 } },", "did you mean 'tp'?", 2}, {"plan = 'x',", "plan: takes a table", 2}, {"plan = { 1, 2 },", "plan has no key '[1]'", 2},
        {"plan = { cp_kind = 'rng' },", "did you mean 'ring'?", 2}, {"plan = { placement = { 'tp,cp,dp,pp', 'x' } },", "is not an order of tp, cp, dp, pp", 2},
        {"plan = { stages = { 1, 2 } },", "stages: takes a text", 2},
        {"chips = 8, plan = all_plans { max_p = 1 },", "did you mean 'max_pp'?", 2}, {"chips = 8, plan = all_plans { placement = 'x' },", "is not an order", 2},
        {"chips = function() return 8 end, plan = all_plans {},", "takes a number or a list", 2},
        {"chips = upto(2, function() return { 8, 4 } end), plan = all_plans {},", "takes a number or a list", 2},
        {"chips = range(1, 1000000), plan = all_plans {},\nmodel = 'mixtral-8x7b',", "more than 65536 plans", 2},
        {"minimise = 'tpot',", "did you mean 'tpot_s'?", 2}, {"minimise = 'bound',", "is no number", 2}, {"minimise = {},", "needs 'minimise' or 'maximise'", 0},
        {"minimise = { 'tpot_s', 'tpot_s' },", "an objective already", 2}, {"minimise = { a = 'tpot_s' },", "minimise: a list of no values", 2},
        {"maximise = { 'time_s', 'mfu', 'mbu', 'loss', 'params', 'flop' },", "at most 6 objectives", 2},
        {"keep = {\n tpot_s = { max = '25 GB' } },", "'25 GB' is not in s", 3}, {"keep = { tpot = { max = 1 } },", "did you mean 'tpot_s'?", 2},
        {"keep = { tpot_s = { maxx = 1 } },", "a limit is { min", 2}, {"keep = { tpot_s = { max = 0/0 } },", "NaN", 2},
        {"keep = { [{}] = 1 },", "takes names and their limits", 2}, {"keep = { [true] = 1 },", "takes names", 2}, {"where = { [error] = 1 },", "takes names", 2}, {"where = { 1 },", "takes names", 2},
        {"where = {\n paramz = { max = 1 } },", "did you mean 'params'?", 3}, {"where = 'x',", "takes a function or a table", 2},
        {"group_by = 'chp',", "did you mean", 2}, {"group_by = 'system',", "is no axis of this sweep", 2},
        {"keep_rows = 'al',", "keep_rows: takes", 2}, {"keep_rows = 0/0,", "keep_rows: takes", 2}, {"keep_rows = -5,", "keep_rows: takes", 2},
        {"epsilon = -1,", "epsilon: -1 is outside 0 to 1", 2}, {"frontier_limit = 0,", "frontier_limit: 0", 2}, {"metrics = { 'tpot' },", "did you mean 'tpot_s'?", 2},
        {"minimize = 'x',", "did you mean 'minimise'?", 2}, {"'x',", "no key '[1]'", 0}, {"[1.5] = 2,", "no key", 0},
        {"name = 'a\\0b',", "name: takes 1 to 200 characters", 2}, {"name = ('n'):rep(10000),", "name: takes 1 to 200", 2}, {"name = '\\27[2J',", "name: takes", 2}, {"name = 5,", "name: takes a text", 2},
        {"name = [[q'\"; DROP TABLE point; -- \xc3\xa9]],", NULL, 0}, {"seed = 1.5,", "seed: takes a whole number", 2},
        {"training_tokens = { 1e12, '1 GB' },", "training_tokens: '1 GB'", 2}, {"hbm_reserve = { 0.1, 2 },", "hbm_reserve: 2 is outside", 2},
        {"chip = { derive { base = 'h100_sxm', name = 'a\\0b' } },", "zero byte", 2},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        check_keys("", CASES[i].text, CASES[i].word, CASES[i].line);
}

TEST(hostile, sizes_are_bounded) {
    static const struct { const char *before, *keys, *word; } CASES[] = {
        {"local r = range(1, 1000000)", "workload = decode { batch = r, context = r, draft = { 0 }, acceptance = { 0 } },\ntraining_tokens = r,\nchips = r,", "more than 2^53 combinations"},
        {"local r = range(1, 1000000)", "workload = decode { batch = r, context = { 1, 2 } },", NULL},
        {"local t = {} for i = 1, 20000 do t[i] = derive { base = 'h100_sxm', name = 'c' .. i } end", "chip = t,", "more than 4096 values"},
        {"local t = {} for i = 1, 1000000 do t[i] = 'fp8' end", "formats = t,", "more than 4096"},
        {"local t, w = {}, decode { batch = 1, context = 2 } for i = 1, 1000000 do t[i] = w end", "workload = t,", "more than 4096"},
        {"local t = {} for i = 1, 1000000 do t[i] = 'llama-3.1-8b' end", "model = shape { base = t },", "more than 4096"},
        {"local t = {} for i = 1, 1000000 do t[i] = 'tpot_s' end", "minimise = t,", "more than 1000 values"},
        {"local t = {} for i = 1, 100000 do t['k' .. i] = 1 end", "model = shape { base = 'llama-3.1-8b', ffn = t },", "more than 10000 keys"},
        {"local t = { base = 'llama-3.1-8b' } t.ffn = t t.attention = t", "model = shape(t),", "has no field"},
        {"local t = {} t.ffn = t t.moe = t", "model = shape { base = 'llama-3.1-8b', ffn = t },", "more than 10000 keys"},
        {"local c = derive { base = 'h100_sxm', name = ('n'):rep(60000) }", "chip = { c, 'l40s' },", NULL},
        {"local c = derive { base = 'h100_sxm', name = '\\27[2J\"\\n\\xff' }", "chip = { c, 'l40s' },", NULL},
        // One table in two places: neither takes from the other.
        {"local a = { heads = { 16, 32 } }", "model = shape { base = 'gemma-3-27b', attention = a, local_attention = a },", NULL},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        check_keys(CASES[i].before, CASES[i].keys, CASES[i].word, 0);
}
// clang-format on
