#include "results/store_test.h"
#include "results/tables.h"

static const char *const TEXTS[] = {"[1.5,2]", "[]"};
static const Column COLUMNS_OF[] = {
    {"cores",     COLUMN_INTEGER, NULL,  0, NULL},
    {"time_s",    COLUMN_REAL,    NULL,  0, NULL},
    {"samples_s", COLUMN_TEXT,    TEXTS, 2, NULL},
};

static bool add_two(const char *path, const Column columns[], bool seal, Error *err) {
    bool machine = false;
    Store *store = store_extend(path, &machine, err);
    if (!store)
        return false;
    int64_t next = tables_next_id(store, "measurement", err), ids[] = {next, next + 1};
    const double values[] = {2, 1e-6, 0, 4, NAN, 1};
    Rows rows = {3, 2, ids, values};
    bool good = tables_add(store, "measurement", columns, &rows, err) &&
                tables_view(store, "validation", "SELECT id, time_s FROM measurement", err) &&
                (!seal || store_seal(store, err));
    store_close(store);
    return good;
}

static int64_t number_in(const char *path, const char *sql) {
    sqlite3 *db;
    sqlite3_stmt *statement;
    int64_t value = -1;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return value;
}

static void fresh_path(char *path, size_t size) {
    snprintf(path, size, "/tmp/chipfit-tables-%d.sqlite", (int)getpid());
    unlink(path);
}

TEST(tables, grow_in_a_file_of_their_own) {
    char path[80];
    Error err = {0};
    fresh_path(path, sizeof path);
    assert_true(add_two(path, COLUMNS_OF, true, &err));
    assert_true(add_two(path, COLUMNS_OF, true, &err)); // the view is made anew, rows are added
    assert_int_equal(number_in(path, "SELECT count(*) FROM validation"), 4);
    assert_int_equal(number_in(path, "SELECT max(id) FROM measurement"), 4);
    assert_int_equal(number_in(path, "SELECT count(*) FROM measurement WHERE time_s IS NULL"), 2);
    assert_int_equal(number_in(path, "SELECT json_array_length(samples_s) FROM measurement"), 2);
    assert_null(store_open(path, &err)); // it is no run
    assert_non_null(strstr(err.what, "no run of chipfit"));
    unlink(path);
}

TEST(tables, are_not_there_before_they_are_sealed) {
    char path[80];
    Error err = {0};
    fresh_path(path, sizeof path);
    assert_true(add_two(path, COLUMNS_OF, false, &err));
    assert_int_equal(number_in(path, "SELECT count(*) FROM sqlite_schema"), 0);
    assert_true(add_two(path, COLUMNS_OF, true, &err));
    assert_int_equal(number_in(path, "SELECT count(*) FROM validation"), 2);
    unlink(path);
}

TEST(tables, refuse_other_columns_and_other_files) {
    static const Column OTHER[] = {
        {"cores",     COLUMN_INTEGER, NULL,  0, NULL},
        {"other_s",   COLUMN_REAL,    NULL,  0, NULL},
        {"samples_s", COLUMN_TEXT,    TEXTS, 2, NULL},
    };
    char path[80];
    Error err = {0};
    fresh_path(path, sizeof path);
    assert_true(add_two(path, COLUMNS_OF, true, &err));
    assert_false(add_two(path, OTHER, true, &err));
    assert_non_null(strstr(err.what, "other columns"));
    assert_int_equal(number_in(path, "SELECT count(*) FROM measurement"), 2);
    FILE *file = fopen(path, "w");
    fputs("no database at all, but long enough to look like one: ................................",
          file);
    fclose(file);
    assert_false(add_two(path, COLUMNS_OF, true, &err));
    unlink(path);
}

TEST(tables, take_the_same_rows_once) {
    static const char *const KEY[] = {"cores", "time_s"};
    static const Column CHILD[] = {
        {"parent_id", COLUMN_INTEGER, NULL, 0, NULL},
    };
    char path[80];
    Error err = {0};
    bool machine;
    fresh_path(path, sizeof path);
    assert_true(add_two(path, COLUMNS_OF, true, &err));
    assert_true(add_two(path, COLUMNS_OF, true, &err));
    Store *store = store_extend(path, &machine, &err);
    const int64_t ids[] = {1, 2, 3};
    const double parents[] = {1, 3, 4};
    Rows rows = {1, 3, ids, parents};
    assert_true(tables_add(store, "child", CHILD, &rows, &err));
    assert_true(tables_keep_last(store, "measurement", KEY, 2, &err));
    assert_true(tables_drop_orphans(store, "child", "parent_id", "measurement", &err));
    assert_true(store_seal(store, &err));
    store_close(store);
    assert_int_equal(number_in(path, "SELECT count(*) FROM measurement"), 2);
    assert_int_equal(number_in(path, "SELECT min(id) FROM measurement"), 3);
    assert_int_equal(number_in(path, "SELECT count(*) FROM child"), 2);
    unlink(path);
}

static bool take_first(void *context, const double numbers[], const char *const texts[],
                       Error *err) {
    (void)err;
    snprintf(context, 64, "%s %g %s", texts[0] ? texts[0] : "null", numbers[1],
             isnan(numbers[0]) ? "nan" : "number");
    return false;
}

TEST(tables, are_read_back_with_their_views) {
    static const char *const NAMES[] = {"a \"b\"", "c"}, *const OTHERS[] = {"nothing"};
    char path[80], row[64] = "";
    Error err = {0};
    bool machine;
    fresh_path(path, sizeof path);
    Store *store = store_extend(path, &machine, &err);
    assert_true(tables_view(
        store, "v'w", "SELECT NULL AS \"a \"\"b\"\"\", 2.5 AS c UNION ALL SELECT 1, 2", &err));
    assert_true(tables_has(store, "v'w", &err));
    assert_false(tables_has(store, "other", &err));
    assert_false(tables_each(store, "v'w", NAMES, 2, take_first, row, &err));
    assert_string_equal(row, "null 2.5 nan");
    assert_string_equal(err.what, ""); // it was the caller who ended it
    assert_false(tables_each(store, "v'w", OTHERS, 1, take_first, row, &err));
    assert_non_null(strstr(err.what, "nothing"));
    store_close(store);
    unlink(path);
}
