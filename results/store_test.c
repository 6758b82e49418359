#include "sim/base/test.h"

#include <unistd.h>

#include "results/store_test.h"

// --- Writing and reading back ----------------------------------------------------------------------------------------

TEST(store, holds_what_was_written) {
    Scratch place = place_new();
    work_through(place.path, 0, 2 * BLOCK);
    assert_int_equal(files_in(place.folder, false), 1); // no -wal, no -shm
    assert_query(place.path, "PRAGMA journal_mode", "3:delete|\n");
    assert_query(place.path, "SELECT \"first\", \"last\", watermark, busy_s, finished FROM run",
                 "1:0|1:800|1:800|2:0x1p-1|1:1|\n");
    assert_query(place.path, "SELECT chips, phase, hbm_bytes, loss, machine, ended, shard FROM run",
                 "1:9007199254740992|3:it's \"odd\"; --|2:0x1.2a05f2p+36|5:3:this one|3:now|5:\n");
    assert_query(place.path, "SELECT count(*), min(id), max(id) FROM point", "1:800|1:0|1:799|\n");
    assert_query(place.path, "SELECT * FROM op WHERE point_id = 798",
                 "1:798|1:0|3:compute|2:0x1.8p+0|\n1:798|1:1|3:it's \"odd\"; --|5:\n"
                 "1:798|1:2|3:memory|2:0x1p+1|\n");
    assert_query(place.path, "SELECT objective, id FROM best",
                 "3:time_s|1:797|\n3:loss|1:798|\n3:time_s|1:799|\n");
    assert_query(place.path, "SELECT why, points, percent, nearest FROM infeasible_why",
                 "3:does not fit: hbm|1:200|2:0x1.9p+4|3:point 400 missed by 25 %|\n"
                 "3:left out by where: params < 10|1:200|2:0x1.9p+4|5:\n");
    place_drop(&place);
}

static bool check_row(void *count, const char *objective, int64_t id, const double values[],
                      Error *err) {
    assert_null(objective);
    for (int i = 0; i < COLUMNS; i++) {
        double expected = value_of(id, i);
        assert_true(isnan(expected) ? isnan(values[i]) : values[i] == expected);
    }
    ++*(int *)count;
    return *(int *)count < 500 || error_set(err, "enough");
}

TEST(store, reads_back_what_was_written) {
    Scratch place = place_new();
    work_through(place.path, 0, 2 * BLOCK);
    Error err = {0};
    Store *store = store_open(place.path, &err);
    assert_non_null(store);
    const StoreRun *run = store_run(store);
    assert_true(store_finished(store));
    assert_string_equal(store_text(store, "version"), "1.0");
    assert_string_equal(store_text(store, "ended"), "now");
    assert_null(store_text(store, "shard"));
    assert_null(store_text(store, "nothing"));
    assert_int_equal(run->last, 2 * BLOCK);
    assert_true(run->constants[0].value == 9007199254740992.0 && run->constants[1].value == 3);
    assert_true(isnan(run->constants[3].value));
    assert_string_equal(run->axes[0].values, "[1,2]");
    assert_string_equal(run->records[1].text, "return model {}\n");
    assert_null(run->records[1].file);
    assert_int_equal(run->column_count, COLUMNS);
    assert_string_equal(run->columns[0].help, "blocks of the network");
    assert_string_equal(run->columns[4].name, POINT[4].name);
    assert_string_equal(run->op_columns[0].words[3], BOUNDS[3]);
    int count = 0;
    assert_true(store_each(store, STORE_FRONTIER, check_row, &count, &err));
    assert_int_equal(count, 115); // of 800
    assert_false(store_each(store, STORE_POINT, check_row, &count, &err));
    assert_string_equal(err.what, "enough");
    int64_t ids[2];
    assert_int_equal(store_ids(store, STORE_FRONTIER, ids, 2, &err), 115);
    assert_int_equal(ids[1], 7);
    StoreState state;
    assert_true(store_state(store, &state, &err));
    assert_int_equal(state.counters[1].value, 400);
    assert_string_equal(state.whys[1].what, "params < 10");
    assert_true(state.whys[1].nearest_id == -1 && isnan(state.whys[1].miss));
    store_close(store);
    store_close(NULL);
    place_drop(&place);
}

TEST(store, takes_any_name) {
    Scratch place = place_new();
    static char longest[10001];
    memset(longest, '"', sizeof longest - 1);
    const char *words[] = {longest, "", "\xff\xfe", "\n"};
    Column columns[] = {
        {longest,            COLUMN_TEXT,    words, 4, longest},
        {"",                 COLUMN_REAL,    NULL,  0, ""     },
        {"rowid",            COLUMN_INTEGER, NULL,  0, "%s%n" },
        {"?1",               COLUMN_INTEGER, NULL,  0, NULL   },
        {"\xc3\xa9\xff' \\", COLUMN_REAL,    NULL,  0, NULL   },
        {"c0",               COLUMN_TEXT,    words, 4, NULL   },
        {"objective ",       COLUMN_REAL,    NULL,  0, NULL   },
        {"position",         COLUMN_REAL,    NULL,  0, NULL   },
    };
    StoreText texts[] = {
        {longest,    longest},
        {"table",    "%w %Q"},
        {"x\"); --", "\xff" }
    };
    StoreRun run = a_run(5, 6);
    run.identity = texts;
    run.identity_count = 3;
    run.columns = columns;
    run.column_count = 8;
    bool machine = false, done = false;
    Error err = {0};
    StoreState state = {.watermark = 6};
    for (int turn = 0; turn < 2; turn++) {
        Store *store = turn ? store_resume(place.path, &run, &state, &done, &machine, &err)
                            : store_create(place.path, &run, &machine, &err);
        if (!store)
            fail_msg("%s", err.what);
        double values[] = {0, 0.1, 7, 8, NAN, 2, -3, INFINITY};
        int64_t id = 5 + turn;
        Rows rows = {8, 1, &id, values};
        const char *objective = longest;
        assert_true(store_rows(store, STORE_POINT, &rows, &err));
        assert_true(store_best(store, &objective, &rows, &err));
        assert_true(store_commit(store, &state, &err));
        assert_string_equal(store_text(store, longest), longest);
        store_close(store);
    }
    assert_query(place.path, "SELECT point.rowid, \"?1\", \"c0\", \"position\" FROM point",
                 "1:7|1:8|3:\xff\xfe|2:inf|\n1:7|1:8|3:\xff\xfe|2:inf|\n");
    place_drop(&place);
}

TEST(store, refuses_values_that_a_column_cannot_hold) {
    static const double BAD[] = {1.5, INFINITY, -INFINITY, 1e300};
    for (int i = 0; i < 4; i++) {
        Scratch place = place_new();
        StoreRun run = a_run(0, 1);
        bool machine = false;
        Error err = {0};
        Store *store = store_create(place.path, &run, &machine, &err);
        double values[COLUMNS] = {BAD[i], 1, 0, 1, 1, 1};
        int64_t id = 0;
        Rows rows = {COLUMNS, 1, &id, values};
        assert_false(store_rows(store, STORE_POINT, &rows, &err));
        assert_non_null(strstr(err.what, "point.layers"));
        StoreState state = {0};
        assert_false(store_commit(store, &state, NULL)); // nothing more is written
        store_close(store);
        place_drop(&place);
    }
}

// --- Refusals --------------------------------------------------------------------------------------------------------

TEST(store, refuses_columns_of_one_name) {
    static const struct {
        const char *column, *op, *constant, *complaint;
    } CASES[] = {
        {"ID",        "x",        "x",         "two columns of 'point' would be called 'ID'"   },
        {"objective", "x",        "x",         "two columns of 'point'"                        },
        {"SELECT",    "x",        "x",         "two columns of 'point'"                        },
        {"x",         "point_id", "x",         "two columns of 'op' would be called 'point_id'"},
        {"x",         "x",        "Watermark", "two columns of 'run'"                          },
        {"x",         "x",        "machine",   "two columns of 'run' would be called 'machine'"},
    };
    Scratch place = place_new();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Column columns[] = {
            POINT[5], {CASES[i].column, COLUMN_REAL, NULL, 0, NULL}
        };
        Column op = {CASES[i].op, COLUMN_REAL, NULL, 0, NULL};
        StoreConstant constant = {
            {CASES[i].constant, COLUMN_REAL, NULL, 0, NULL},
            1
        };
        StoreRun run = a_run(0, 1);
        run.columns = columns;
        run.column_count = 2;
        run.op_columns = &op;
        run.op_column_count = 1;
        run.constants = &constant;
        run.constant_count = 1;
        bool machine = true;
        Error err = {0};
        assert_null(store_create(place.path, &run, &machine, &err));
        assert_false(machine);
        assert_non_null(strstr(err.what, CASES[i].complaint));
        assert_int_equal(files_in(place.folder, false), 0);
    }
    place_drop(&place);
}

static void refuses(const char *path, bool resume, const StoreRun *run, bool machine,
                    const char *what, const char *hint) {
    Error err = {0};
    bool done, is_machine = !machine;
    StoreState state;
    Store *store = resume ? store_resume(path, run, &state, &done, &is_machine, &err)
                          : store_create(path, run, &is_machine, &err);
    assert_null(store);
    if (!strstr(err.what, what) || !strstr(err.hint, hint))
        fail_msg("'%s' for '%s', '%s' for '%s'", err.what, what, err.hint, hint);
    assert_int_equal(is_machine, machine);
    assert_string_equal(err.file, path);
}

TEST(store, refuses_files_that_are_not_its_own) {
    Scratch place = place_new();
    StoreRun run = a_run(0, BLOCK);
    Error err = {0};
    char below[128];
    refuses(place.path, true, &run, false, "no such file", "without --resume");
    refuses(place.folder, true, &run, false, "a folder", "");
    refuses("/dev/null", true, &run, false, "no plain file", "");
    snprintf(below, sizeof below, "%s/none/run.sqlite", place.folder);
    refuses(below, false, &run, true, "folder does not exist", "");
    assert_null(store_open(below, &err));
    assert_null(store_open(place.folder, &err));
    assert_string_equal(err.what, "this is no plain file");

    FILE *file = fopen(place.path, "w");
    for (int i = 0; i < 1000; i++)
        fputs("no database at all\n", file);
    fclose(file);
    refuses(place.path, true, &run, false, "no SQLite database", "");
    refuses(place.path, false, &run, false, "exists already", "--resume");
    assert_null(store_open(place.path, &err));
    assert_string_equal(err.what, "this is no SQLite database");
    snprintf(below, sizeof below, "%s/below", place.path);
    refuses(below, false, &run, true, "Not a directory", "");
    unlink(place.path);

    sqlite3 *db = NULL;
    sqlite3_open(place.path, &db);
    sqlite3_exec(db, "CREATE TABLE point(x)", NULL, NULL, NULL);
    refuses(place.path, true, &run, false, "no run of chipfit", "");
    assert_null(store_open(place.path, &err));
    assert_string_equal(err.what, "this database is no run of chipfit");
    sqlite3_exec(db, "PRAGMA application_id = 0x63686970; PRAGMA user_version = 77", NULL, NULL,
                 NULL);
    refuses(place.path, true, &run, false, "another version", "version that wrote it");
    sqlite3_exec(db, "PRAGMA user_version = 1", NULL, NULL, NULL);
    assert_null(store_open(place.path, &err)); // ours by its marks, but without tables
    sqlite3_close(db);
    place_drop(&place);
}

TEST(store, refuses_to_resume_another_run) {
    Scratch place = place_new();
    work_through(place.path, 0, BLOCK);
    StoreRun run = a_run(0, BLOCK);
    StoreText texts[] = {IDENTITY[0], IDENTITY[1], IDENTITY[2]};
    Column columns[COLUMNS];
    memcpy(columns, POINT, sizeof columns);
    run.identity = texts;
    run.columns = columns;
    texts[0].value = "1.1";
    refuses(place.path, true, &run, false, "its version is '1.0', not '1.1'",
            "the version has changed since; take another -o");
    texts[0] = IDENTITY[0];
    texts[1].value = "return sweep {}";
    refuses(place.path, true, &run, false, "script", "the script has changed since");
    texts[1] = IDENTITY[1];
    texts[2].value = "1/2";
    refuses(place.path, true, &run, false, "its shard differs", "take another -o");
    texts[2] = IDENTITY[2];
    run.last++;
    refuses(place.path, true, &run, false, "its points differ", "take another -o");
    run.last--;
    columns[1].name = "time_ms";
    refuses(place.path, true, &run, false, "'time_s', 'time_ms'", "take another -o");
    columns[1] = POINT[1];
    columns[2].word_count = 3;
    refuses(place.path, true, &run, false, "column 3 of 'point'", "take another -o");
    columns[2] = POINT[2];
    bool done = false, machine;
    StoreState state;
    Store *store = store_resume(place.path, &run, &state, &done, &machine, NULL);
    assert_true(store && done && store_finished(store) && state.watermark == BLOCK);
    store_close(store);
    place_drop(&place);
}

typedef struct OpsSeen {
    int count;
    int64_t last_point;
    double times[4];
} OpsSeen;

static bool see_op(void *context, int64_t point_id, const double values[], Error *err) {
    (void)err;
    OpsSeen *seen = context;
    if (seen->count < 4)
        seen->times[seen->count] = values[1];
    seen->count++;
    seen->last_point = point_id;
    return seen->count < 5;
}

TEST(store, reads_ops_of_a_point_and_of_all) {
    Scratch place = place_new();
    Error err = {0};
    work_through(place.path, 0, 2 * BLOCK);
    Store *store = store_open(place.path, &err);
    OpsSeen one = {0}, all = {0};
    assert_true(store_each_op(store, 2 * BLOCK - 2, see_op, &one, &err));
    assert_int_equal(one.count, 3);
    assert_int_equal(one.last_point, 2 * BLOCK - 2);
    assert_true(one.times[0] == 1.5 && isnan(one.times[1]) && one.times[2] == 2);
    assert_false(store_each_op(store, -1, see_op, &all, &err)); // the caller ends it
    assert_int_equal(all.count, 5);
    assert_int_equal(all.last_point, 2 * BLOCK - 2);
    store_close(store);
    place_drop(&place);
}
