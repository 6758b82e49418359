// sweep_test.h — opens a sweep's script from a text; for tests only.
#ifndef LUA_SWEEP_TEST_H
#define LUA_SWEEP_TEST_H

#include <stdlib.h>

#include "lua/sweep_script.h"
#include "sim/base/test.h"
#include "sim/base/text.h"
#include "sim/random_test.h"

// The shipped data, read once.
static inline Library *test_library(void) {
    static Library *library;
    Error err = {0};
    if (!library && !(library = library_open(&err)))
        fail_msg("%s", err.what);
    return library;
}

static inline SweepScript *test_script(const char *text) {
    Error err = {0};
    SweepScript *script = script_open(test_library(), "test.lua", text, strlen(text), &err);
    if (!script)
        fail_msg("%s:%d: %s %s\n%s", err.file, err.line, err.what, err.hint, text);
    return script;
}

// All metrics, as a list in Lua.
static inline void add_metrics(Text *text) {
    text_add(text, "{");
    for (int i = 0; i < METRICS_TABLE.count; i++)
        text_addf(text, " '%s',", METRICS_TABLE.fields[i].name);
    text_add(text, " }");
}

static inline double column_of(const Goal *goal, const double values[], const char *name) {
    for (int i = 0; i < goal->column_count; i++)
        if (strcmp(goal->columns[i].column.name, name) == 0)
            return values[i];
    return (double)NAN;
}

#endif
