// store_test.h — a small run, how it is written, and what stands in its file: shared by the tests of the store.
#ifndef RESULTS_STORE_TEST_H
#define RESULTS_STORE_TEST_H

#include "sim/base/test.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include <sqlite3.h>

#include "results/store.h"
#include "sim/base/text.h"
#include "sim/random_test.h"

#define COLUMNS 6
#define BLOCK   400
#define BLOCKS  25

static const char *const BOUNDS[] = {"compute", "memory", "comm", "it's \"odd\"; --"};
static const Column POINT[COLUMNS] = {
    {"layers",                                 COLUMN_INTEGER, NULL,   0, "blocks of the network"},
    {"time_s",                                 COLUMN_REAL,    NULL,   0, NULL                   },
    {"bound",                                  COLUMN_TEXT,    BOUNDS, 4, NULL                   },
    {"flop",                                   COLUMN_INTEGER, NULL,   0, NULL                   },
    {"a\"b'; DROP TABLE point; --\n\t[x] `y`", COLUMN_REAL,    NULL,   0, NULL                   },
    {"select",                                 COLUMN_REAL,    NULL,   0, NULL                   },
};
static const Column OP[] = {
    {"name",   COLUMN_TEXT, BOUNDS, 4, NULL},
    {"time_s", COLUMN_REAL, NULL,   0, NULL},
};
static const StoreText IDENTITY[] = {
    {"version", "1.0"                                },
    {"script",  "return sweep {\n  name = 'it''s'\n}"},
    {"shard",   NULL                                 }
};
static const StoreText FACTS[] = {
    {"machine", "this one"},
    {"ended",   NULL      }
};
static const StoreAxis AXES[] = {
    {"layers", 2, "[1,2]", "blocks of the network"}
};
static const StoreRecord RECORDS[] = {
    {"chip",  "h100", "hw/chips/h100.lua", "return chip {}"   },
    {"model", "tiny", NULL,                "return model {}\n"}
};

static inline StoreRun a_run(int64_t first, int64_t last) {
    static const StoreConstant constants[] = {
        {{"chips", COLUMN_INTEGER, NULL, 0, NULL},  9007199254740992.0},
        {{"phase", COLUMN_TEXT, BOUNDS, 4, NULL},   3                 },
        {{"hbm_bytes", COLUMN_REAL, NULL, 0, NULL}, 80e9              },
        {{"loss", COLUMN_REAL, NULL, 0, NULL},      NAN               },
    };
    return (StoreRun){.identity = IDENTITY,
                      .identity_count = 3,
                      .facts = FACTS,
                      .fact_count = 2,
                      .constants = constants,
                      .constant_count = 4,
                      .axes = AXES,
                      .axis_count = 1,
                      .records = RECORDS,
                      .record_count = 2,
                      .columns = POINT,
                      .column_count = COLUMNS,
                      .op_columns = OP,
                      .op_column_count = 2,
                      .first = first,
                      .last = last};
}

// --- Places ----------------------------------------------------------------------------------------------------------

typedef struct Scratch {
    char folder[64];
    char path[96];
} Scratch;

static inline Scratch place_new(void) {
    Scratch place = {.folder = "/tmp/chipfit_store_XXXXXX"};
    assert_non_null(mkdtemp(place.folder));
    snprintf(place.path, sizeof place.path, "%s/run.sqlite", place.folder);
    return place;
}

static inline int files_in(const char *folder, bool drop) {
    int count = 0;
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        char path[800];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (drop)
            unlink(path);
        count++;
    }
    closedir(dir);
    return count;
}

static inline void place_drop(const Scratch *place) {
    files_in(place->folder, true);
    rmdir(place->folder);
}

// --- What stands in a file, by another connection --------------------------------------------------------------------

static inline void dump_query(sqlite3 *db, const char *sql, Text *text) {
    sqlite3_stmt *rows = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &rows, NULL), SQLITE_OK);
    for (int code; (code = sqlite3_step(rows)) != SQLITE_DONE;) {
        assert_int_equal(code, SQLITE_ROW);
        for (int i = 0; i < sqlite3_column_count(rows); i++) {
            int type = sqlite3_column_type(rows, i);
            text_addf(text, "%d:", type);
            if (type == SQLITE_FLOAT)
                text_addf(text, "%a|", sqlite3_column_double(rows, i));
            else if (type != SQLITE_NULL)
                text_addf(text, "%s|", sqlite3_column_text(rows, i));
        }
        text_add(text, "\n");
    }
    sqlite3_finalize(rows);
}

static inline sqlite3 *look(const char *path) {
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    sqlite3_busy_timeout(db, 5000);
    return db;
}

static inline Text dump(const char *path, const char *const queries[]) {
    sqlite3 *db = look(path);
    Text text = {0};
    for (int i = 0; queries[i]; i++)
        dump_query(db, queries[i], &text);
    sqlite3_close(db);
    return text;
}

static const char *const ALL[] = {
    "SELECT \"first\", \"last\", watermark, finished, version, script, chips, phase, loss FROM run",
    "SELECT * FROM record",
    "SELECT * FROM axis",
    "SELECT * FROM field",
    "SELECT * FROM word",
    "SELECT * FROM point",
    "SELECT * FROM frontier",
    "SELECT * FROM best",
    "SELECT * FROM op",
    "SELECT * FROM counter",
    "SELECT * FROM why",
    "SELECT * FROM infeasible_why",
    "SELECT sql FROM sqlite_schema ORDER BY name",
    "PRAGMA integrity_check",
    NULL,
};

static inline void assert_same_files(const char *a, const char *b) {
    Text x = dump(a, ALL), y = dump(b, ALL);
    if (strcmp(x.data, y.data) != 0) {
        size_t i = 0;
        while (x.data[i] == y.data[i])
            i++;
        i -= i < 40 ? i : 40;
        fail_msg("files differ: '%.160s' and '%.160s'", x.data + i, y.data + i);
    }
    text_free(&x);
    text_free(&y);
}

static inline void assert_query(const char *path, const char *sql, const char *expected) {
    const char *const queries[] = {sql, NULL};
    Text text = dump(path, queries);
    assert_string_equal(text.data ? text.data : "", expected);
    text_free(&text);
}

// --- A run to be written ---------------------------------------------------------------------------------------------

static inline double value_of(int64_t id, int column) {
    uint64_t state = (uint64_t)id * 64 + (uint64_t)column;
    if (random_below(&state, 9) == 0)
        return NAN;
    if (POINT[column].kind == COLUMN_TEXT)
        return random_below(&state, 4);
    double share = random_share(&state);
    return POINT[column].kind == COLUMN_INTEGER ? floor(share * 0x1p53) : 1e3 * share - 10;
}

// The ids [first, last) that `every` divides.
static inline Rows rows_of(int64_t first, int64_t last, int every) {
    static int64_t ids[BLOCK];
    static double values[BLOCK * COLUMNS];
    Rows rows = {.columns = COLUMNS, .ids = ids, .values = values};
    for (int64_t id = first; id < last; id++) {
        if (id % every)
            continue;
        for (int i = 0; i < COLUMNS; i++)
            values[rows.count * COLUMNS + i] = value_of(id, i);
        ids[rows.count++] = id;
    }
    return rows;
}

static inline StoreState state_of(int64_t first, int64_t watermark) {
    static StoreNumber counters[2];
    static StoreWhy whys[2];
    int64_t done = watermark - first;
    counters[0] = (StoreNumber){"designs", done};
    counters[1] = (StoreNumber){"odd 'name'", done / 2};
    whys[0] = (StoreWhy){"memory", "hbm", done / 4, watermark > 0 ? watermark / 2 : -1, 0.25};
    whys[1] = (StoreWhy){"where", "params < 10", done / 4, -1, NAN};
    return (StoreState){watermark, counters, 2, whys, 2, 0.5};
}

// The frontier: of all ids so far those that 7 divides, but only the newest two blocks of them.
static inline bool write_block(Store *store, int64_t first, int64_t begin, Error *err) {
    int64_t old[BLOCK], end = begin + BLOCK, count = 0;
    Rows points = rows_of(begin, end, 1);
    if (!store_rows(store, STORE_POINT, &points, err))
        return false;
    Rows joined = rows_of(begin, end, 7);
    if (!store_rows(store, STORE_FRONTIER, &joined, err))
        return false;
    for (int64_t id = begin - 2 * BLOCK; id < begin - BLOCK; id++)
        if (id >= first && id % 7 == 0)
            old[count++] = id;
    StoreState state = state_of(first, end);
    return store_remove(store, STORE_FRONTIER, old, count, err) && store_commit(store, &state, err);
}

static inline bool write_end(Store *store, int64_t first, int64_t last, Error *err) {
    Rows best = rows_of(last - 3, last, 1), ops = {2, 3, NULL, NULL};
    const char *const objectives[] = {"time_s", "loss", "time_s"};
    double values[] = {0, 1.5, 3, NAN, 1, 2};
    ops.values = values;
    StoreState state = state_of(first, last);
    StoreText facts[] = {
        {"ended", "now"}
    };
    bool ok = store_best(store, objectives, &best, err);
    for (int64_t id = last - 3; ok && id < last; id++)
        ok = store_ops(store, id, &ops, err);
    return ok && store_finish(store, &state, facts, 1, err);
}

// Begins or resumes the run and brings it to its end. 0: done, 1: wrong input, 3: the machine failed.
static inline int work(const char *path, int64_t first, int64_t last, Error *err) {
    StoreRun run = a_run(first, last);
    StoreState state = {.watermark = first};
    bool machine = false, done = false;
    Store *store = access(path, F_OK) ? store_create(path, &run, &machine, err)
                                      : store_resume(path, &run, &state, &done, &machine, err);
    if (!store)
        return machine ? 3 : 1;
    bool ok = true;
    for (int64_t at = state.watermark; ok && !done && at < last; at += BLOCK)
        ok = write_block(store, first, at, err);
    ok = ok && (done || write_end(store, first, last, err));
    store_close(store);
    return ok ? 0 : 3;
}

static inline void work_through(const char *path, int64_t first, int64_t last) {
    Error err = {0};
    int code = work(path, first, last, &err);
    if (code)
        fail_msg("%s: %s", err.file, err.what);
}

#endif
