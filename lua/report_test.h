// report_test.h — reports of runs that were written by hand, and what came out of them; for tests only.
#ifndef LUA_REPORT_TEST_H
#define LUA_REPORT_TEST_H

#include <sys/stat.h>

#include "lua/commands.h"
#include "lua/file.h"
#include "lua/run_test.h"
#include "results/store.h"
#include "sim/base/heap.h"

// --- Places ------------------------------------------------------------------------------------------------------------

typedef struct Place {
    char folder[64], run[96], report[96];
} Place;

static inline Place place_new(void) {
    Place place = {.folder = "/tmp/chipfit_report_XXXXXX"};
    assert_non_null(mkdtemp(place.folder));
    snprintf(place.run, sizeof place.run, "%s/run.sqlite", place.folder);
    snprintf(place.report, sizeof place.report, "%s/report", place.folder);
    return place;
}

static inline void place_drop(const Place *place) {
    char *const words[] = {"rm", "-rf", (char *)(uintptr_t)place->folder, NULL};
    Ran ran = run_words(words, STDIN_FILENO);
    assert_int_equal(ran.code, 0);
    ran_free(&ran);
}

static inline Text read_file(const char *folder, const char *name) {
    char path[256];
    Text text = {0};
    Error err = {0};
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (!file_read(path, (size_t)64 << 20, &text, &err))
        fail_msg("%s: %s", path, err.what);
    return text;
}

static inline bool is_there(const char *folder, const char *name) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return access(path, F_OK) == 0;
}

static inline void write_text(const char *folder, const char *name, const char *text) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static inline Ran report(const char *run_path, const char *folder, const char *more) {
    char line[512];
    snprintf(line, sizeof line, "report %s -o %s %s", run_path, folder, more);
    return run(line, "");
}

static inline void assert_holds(const Text *text, const char *part) {
    if (!strstr(text->data, part))
        fail_msg("no '%s' in %.2000s", part, text->data);
}

static inline void assert_holds_not(const Text *text, const char *part) {
    const char *at = strstr(text->data, part);
    if (at)
        fail_msg("'%s' in ...%.200s", part, at > text->data + 50 ? at - 50 : at);
}

// Files of an unfinished report, and of the folder it was gathered in.
static inline void assert_clean(const Place *place) {
    char line[200];
    snprintf(line, sizeof line, "%s", place->report);
    char *const words[] = {"find", line, "-name", ".*", NULL};
    Ran ran = run_words(words, STDIN_FILENO);
    assert_string_equal(ran.out.data, "");
    ran_free(&ran);
}

// --- A page that is well-formed, whatever it holds -----------------------------------------------------------------

// Every element is closed in its order, attributes stand in quotes, nothing is left raw.
static inline void assert_well_formed(const char *page) {
    char open[64][32];
    int depth = 0;
    for (const char *at = strstr(page, "<html"); (at = strchr(at, '<'));) {
        bool closes = at[1] == '/';
        const char *name = at + 1 + closes;
        int length = (int)strcspn(name, " />\n");
        const char *end = name + length;
        for (char quote = '\0'; *end && (quote || *end != '>'); end++)
            quote = quote ? (*end == quote ? '\0' : quote)
                          : (*end == '"' || *end == '\'' ? *end : '\0');
        assert_true(*end == '>' && length > 0 && length < 32);
        if (closes) {
            assert_true(depth > 0);
            if (strncmp(open[--depth], name, (size_t)length) != 0 || open[depth][length])
                fail_msg("<%s> is closed by </%.*s> at ...%.100s", open[depth], length, name, at);
        } else if (end[-1] != '/') {
            assert_true(depth < 64);
            snprintf(open[depth++], 32, "%.*s", length, name);
        }
        at = end;
        if (!closes && strncmp(name, "script", 6) == 0)
            at = strstr(at, "</script>"); // CDATA
    }
    assert_int_equal(depth, 0);
}

// --- Runs written by hand --------------------------------------------------------------------------------------------

#define HOSTILE_NAME "<script>alert(1)</script>'; DROP TABLE point; -- \033[31m\"`$(id)`\n=1+2"

static inline const char *long_name(void) {
    static char name[10001];
    memset(name, '<', sizeof name - 1);
    return name;
}

// Rows with every word in turn; the second objective lacks its value here and there.
static inline void add_rows(Store *store, int64_t rows) {
    Error err = {0};
    int64_t *ids = heap_take((size_t)rows, sizeof *ids);
    double *values = heap_take((size_t)rows * 4, sizeof *values);
    for (int64_t i = 0; i < rows; i++) {
        ids[i] = i;
        values[4 * i] = (double)(i % 4);
        values[4 * i + 1] = (double)(i % 5);
        values[4 * i + 2] = 1e-3 * (double)(i + 1);
        values[4 * i + 3] = i % 7 == 6 ? (double)NAN : 0.9 * (double)(i + 1) / (double)rows;
    }
    const Rows all = {4, (int)rows, ids, values};
    assert_true(store_rows(store, STORE_FRONTIER, &all, &err));
    const double ops[] = {0, 1e-3, 1, 2, 2e-3, 3};
    const Rows two = {3, 2, NULL, ops};
    assert_true(store_ops(store, 0, &two, &err));
    free(ids);
    free(values);
}

static inline void add_state(Store *store, int64_t rows, const char *name) {
    Error err = {0};
    const StoreNumber counters[] = {
        {"evaluated", rows},
        {name,        1   }
    };
    const StoreWhy whys[] = {
        {"keep", name, 7, 0, 0.25}
    };
    const StoreState state = {rows, counters, 2, whys, 1, 0.5};
    assert_true(store_commit(store, &state, &err));
}

static inline Store *create(const char *path, const StoreRun *described) {
    bool machine;
    Error err = {0};
    Store *store = store_create(path, described, &machine, &err);
    if (!store)
        fail_msg("%s", err.what);
    return store;
}

// The columns, whose words are `name` and worse.
static inline void describe_columns(StoreRun *run, int64_t rows, const char *name) {
    static const char *words[4];
    static Column columns[4], ops[3];
    static StoreConstant constants[1];
    words[0] = name;
    words[1] = "=HYPERLINK(\"http://x\")";
    words[2] = "@SUM(1)\r\nx";
    words[3] = rows > 1000 ? "short" : long_name();
    columns[0] = (Column){name, COLUMN_TEXT, words, 4, name};
    columns[1] = (Column){"layers", COLUMN_INTEGER, NULL, 0, NULL};
    columns[2] = (Column){"tpot_s", COLUMN_REAL, NULL, 0, name};
    columns[3] = (Column){"mfu", COLUMN_REAL, NULL, 0, NULL};
    ops[0] = (Column){"name", COLUMN_TEXT, words, 4, NULL};
    ops[1] = (Column){"time_s", COLUMN_REAL, NULL, 0, NULL};
    ops[2] = (Column){"binds", COLUMN_TEXT, words, 4, NULL};
    constants[0] = (StoreConstant){
        {"model", COLUMN_TEXT, words, 4, NULL},
        0
    };
    run->columns = columns;
    run->column_count = 4;
    run->op_columns = ops;
    run->op_column_count = 3;
    run->constants = constants;
    run->constant_count = 1;
}

// What a run says of itself here is of no script that could be read again.
static inline Store *hand_made(const char *path, int64_t rows, const char *version,
                               const char *name) {
    const StoreText identity[] = {
        {"name",        name   },
        {"version",     version},
        {"script",      name   },
        {"script_hash", name   }
    };
    const StoreText facts[] = {
        {"objectives", "[{\"minimise\": \"tpot_s\"}, {\"maximise\": \"mfu\"}]"},
        {"machine",    name                                                   },
        {"mode",       name                                                   },
        {name,         name                                                   },
    };
    const StoreAxis axes[] = {
        {name, rows, name, name}
    };
    const StoreRecord records[] = {
        {name, name, name, name}
    };
    StoreRun described = {.identity = identity,
                          .identity_count = 4,
                          .facts = facts,
                          .fact_count = 4,
                          .axes = axes,
                          .axis_count = 1,
                          .records = records,
                          .record_count = 1,
                          .last = rows};
    describe_columns(&described, rows, name);
    Store *store = create(path, &described);
    add_rows(store, rows);
    add_state(store, rows, name);
    return store;
}

static inline void finish(Store *store, int64_t rows) {
    Error err = {0};
    const StoreState state = {.watermark = rows, .busy_s = 1};
    if (!store_finish(store, &state, NULL, 0, &err))
        fail_msg("%s", err.what);
    store_close(store);
}

#endif
