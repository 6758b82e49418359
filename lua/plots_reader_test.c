// What `plots` of a script takes, and what it answers to words that it does not.
#include "lua/sweep_test.h"

#define SWEEP                                                                                      \
    "return sweep {\n"                                                                             \
    "  chip = { 'h100_sxm', 'h200_sxm' }, model = 'llama-3.1-8b',\n"                               \
    "  workload = decode { batch = { 1, 8 }, context = 4096 },\n"                                  \
    "  minimise = 'tpot_s', maximise = 'mfu',\n"                                                   \
    "  plots = {\n"

static SweepScript *open_plots(const char *plots, Error *err) {
    Text text = {0};
    text_addf(&text, "%s%s\n  },\n}\n", SWEEP, plots);
    SweepScript *script = script_open(test_library(), "test.lua", text.data, text.length, err);
    text_free(&text);
    return script;
}

TEST(plots_reader, names_line_word_and_the_nearest_right_one) {
    static const struct {
        const char *plots, *what, *hint;
        int line;
    } CASES[] = {
        {"lines { x = 'batch', y = 'tpot_s' },\nlinse { }",                      "unknown name 'linse'",               "'lines'",    7},
        {"lines { x = 'batch',\n y = 'tpt_s' }",                                 "y: the rows have no column 'tpt_s'", "'tpot_s'",
         7                                                                                                                            },
        {"lines { x = 'batch',\n y = 'comm_s' }",                                "no column 'comm_s'",                 "metrics = ", 7},
        {"lines { x = 'batch', y = 'tpot_s',\n bets = 'mfu' }",                  "no key 'bets'",                      "'best'",     7},
        {"timeline {\n x = 'batch' }",                                           "timeline has no key 'x'",            "",           7},
        {"lines { x = 'chip', y = 'tpot_s' }",                                   "x: 'chip' is a text",                "by",         6},
        {"lines { y = 'tpot_s' }",                                               "lines needs 'x'",                    "",           6},
        {"lines { x = 'batch', y = 'tpot_s', each = 'batch' }",                  "each: 'batch' is x as well",         "",
         6                                                                                                                            },
        {"map { x = 'batch', y = 'batch' }",                                     "map needs 'z'",                      "",           6},
        {"regions { x = 'batch', y = 'batch', by = 'chip' }",                    "regions needs 'best'",               "",           6},
        {"lines { x = 'batch', y = 'tpot_s',\n only = { chip = 'h20_sxm' } }",
         "chip is never 'h20_sxm'",                                                                                    "'h200_sxm'", 7},
        {"lines { x = 'batch', y = 'tpot_s', only = { bach = 8 } }",             "no column 'bach'",                   "'batch'",
         6                                                                                                                            },
        {"lines { x = 'batch', y = 'tpot_s', only = { batch = { most = 8 } } }", "min = ",                             "",           6},
        {"lines { x = 'batch', y = 'tpot_s', only = { tpot_s = '8 GB' } }",      "tpot_s",                             "",           6},
        {"lines { x = 'batch', y = 'tpot_s', best = function(d) return 1 end }",
         "best: takes the name",                                                                                       "",           6},
        {"lines { x = 'batch', y = 'tpot_s', name = 'a/b' }",                    "name: takes",                        "",           6},
        {"lines { x = 'batch', y = 'tpot_s', title = '' }",                      "title: takes a text",                "",           6},
        {"lines { x = 'batch', y = 'tpot_s', log = 'w' }",                       "log: takes",                         "",           6},
        {"lines { x = 'batch', y = 'tpot_s', level = 3 }",                       "level: takes",                       "",           6},
        {"lines { x = 'batch', y = 'tpot_s', name = 'a' },\nops { name = 'a' }",
         "two plots are named 'a'",                                                                                    "",           7},
        {"shape { base = 'llama-3.1-8b' }",                                      "element 1 is no plot",               "roofline",   5},
        {"7",                                                                    "element 1 is no plot",               "lines",      5},
        {"x = lines { x = 'batch', y = 'tpot_s' }",                              "plots",                              "lines {",    5},
    };
    for (int i = 0; i < FIELD_COUNT(CASES); i++) {
        Error err = {0};
        SweepScript *script = open_plots(CASES[i].plots, &err);
        if (script || !strstr(err.what, CASES[i].what) || !strstr(err.hint, CASES[i].hint) ||
            err.line != CASES[i].line)
            fail_msg("%s\n%s:%d: %s\n%s", CASES[i].plots, err.file, err.line, err.what, err.hint);
    }
}

TEST(plots_reader, reads_what_is_right) {
    Error err = {0};
    SweepScript *script = open_plots(
        "lines { name = 'speed', title = 'Speed', x = 'batch', y = 'tpot_s', best = 'mfu',\n"
        "  by = { 'chip', function(d) return d.batch end }, each = 'chip', log = 'none',\n"
        "  only = { chip = { 'h200_sxm', 'h100_sxm' }, batch = { max = 8 }, tpot_s = { min = '1 "
        "ms' } },\n"
        "  level = { at = 0.02, label = 'asked for' } },\n"
        "map { x = 'batch', y = 'batch', z = 'mfu' },\n"
        "ops { each = 'chip' }",
        &err);
    if (!script)
        fail_msg("%d: %s", err.line, err.what);
    const Pictures *pictures = script_pictures(script);
    const Picture *lines = &pictures->list[0];
    assert_int_equal(pictures->count, 3);
    assert_string_equal(lines->name, "speed");
    assert_int_equal(lines->by_count, 2);
    assert_true(lines->by[0].column >= 0 && lines->by[1].function >= 0);
    assert_true(lines->most && lines->log && !lines->log[0]); // mfu is an objective to maximise
    assert_int_equal(lines->only_count, 3);
    for (int i = 0; i < 3; i++) {
        const PictureLimit *limit = &lines->only[i];
        const char *name = script_goal(script)->columns[limit->column].column.name;
        if (strcmp(name, "chip") == 0)
            assert_true(limit->count == 2 && limit->values[0] == 1 && limit->values[1] == 0);
        else if (strcmp(name, "batch") == 0)
            assert_true(!limit->values && limit->max == 8 && isinf(limit->min));
        else
            assert_true(!limit->values && limit->min == 1e-3 && isinf(limit->max));
    }
    // A cell of a map shows its best; one design is the best by the first objective.
    const GoalColumn *columns = script_goal(script)->columns;
    assert_string_equal(columns[pictures->list[1].best].column.name, "mfu");
    assert_true(pictures->list[1].most);
    assert_string_equal(columns[pictures->list[2].best].column.name, "tpot_s");
    assert_string_equal(pictures->list[2].name, "ops-3");
    script_close(script);
}
