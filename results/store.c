#include "results/store.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "results/lock.h"
#include "results/schema.h"
#include "results/sql.h"
#include "results/tables.h"

#define APPLICATION_ID 0x63686970 // "chip": how a file of ours is known
#define TABLES_ID      0x63686974 // "chit": a file of tables without a run
#define FORMAT         1          // of the tables; changed when a reader of old must not read new
#define BUSY_MS        10000

struct Store {
    sqlite3 *db;
    Arena *arena;
    const char *path;
    int lock;     // -1: none
    StoreRun run; // as in the file
    bool finished;
    bool writing; // what fails is the machine's fault
    bool failed, machine;
    Error error; // of the first failure: every later call gives it
    Source source;
};

// --- Failures --------------------------------------------------------------------------------------------------------

// Keeps store->error, whose texts are set, as the failure of this store.
static bool give_up(Store *store, bool machine, Error *err) {
    store->failed = true;
    store->machine = machine;
    error_where(&store->error, store->path, 0);
    return sql_ok(store, err);
}

static bool refuse(Store *store, bool machine, const char *what, const char *hint, Error *err) {
    error_set(&store->error, "%s", what);
    if (hint)
        error_hint(&store->error, "%s", hint);
    return give_up(store, machine, err);
}

bool sql_ok(const Store *store, Error *err) {
    if (store->failed && err)
        *err = store->error;
    return !store->failed;
}

bool sql_damaged(Store *store, Error *err, const char *format, ...) {
    char what[400];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    error_set(&store->error, "the run is damaged: %s", what);
    return give_up(store, true, err);
}

// The failure of the last call into SQLite, in plain words.
static bool fail(Store *store, Error *err) {
    if (store->failed)
        return sql_ok(store, err);
    int number = errno; // sqlite3_system_errno is not set by sqlite3_step
    const char *message = sqlite3_errmsg(store->db);
    const char *hint =
        store->writing ? "what was committed is safe; --resume goes on from there" : NULL;
    switch (sqlite3_errcode(store->db)) {
    case SQLITE_NOMEM:
        fprintf(stderr, "chipfit: out of memory\n");
        abort();
    case SQLITE_FULL:
        return refuse(store, true, "the disk is full", hint, err);
    case SQLITE_IOERR:
        return refuse(store, true, lock_cause(number), hint, err);
    case SQLITE_READONLY:
        return refuse(store, true, "the file or its folder is read-only", hint, err);
    case SQLITE_CANTOPEN:
        return refuse(store, true, number ? lock_cause(number) : message, hint, err);
    case SQLITE_CORRUPT:
        return refuse(store, true, "the database is damaged", NULL, err);
    case SQLITE_NOTADB:
        return refuse(store, store->writing, "this is no SQLite database", NULL, err);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return refuse(store, store->writing, "another process has locked the database", hint, err);
    default:
        return refuse(store, store->writing, message, hint, err);
    }
}

// --- SQL -------------------------------------------------------------------------------------------------------------

static bool execute(Store *store, const char *sql, Error *err) {
    errno = 0;
    if (store->failed || sqlite3_exec(store->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return fail(store, err);
    return true;
}

Statement *sql_query(Store *store, Error *err, const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *sql = sqlite3_vmprintf(format, args);
    va_end(args);
    Statement *statement = NULL;
    errno = 0;
    if (store->failed || sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail(store, err);
    sqlite3_free(sql);
    return statement;
}

bool sql_next(Store *store, Statement *statement, Error *err) {
    errno = 0;
    int code = statement ? sqlite3_step(statement) : SQLITE_DONE;
    if (code == SQLITE_ROW)
        return true;
    if (code != SQLITE_DONE)
        fail(store, err);
    sqlite3_finalize(statement);
    return false;
}

bool sql_drop(Store *store, Statement *statement, Error *err) {
    return sqlite3_finalize(statement) == SQLITE_OK ? sql_ok(store, err) : fail(store, err);
}

bool sql_put(Store *store, Error *err, const char *sql, const char *kinds, ...) {
    Statement *statement = sql_query(store, err, "%s", sql);
    va_list args;
    va_start(args, kinds);
    for (int i = 0; statement && kinds[i]; i++) {
        if (kinds[i] == 't')
            sqlite3_bind_text(statement, i + 1, va_arg(args, const char *), -1, SQLITE_STATIC);
        else if (kinds[i] == 'i')
            sqlite3_bind_int64(statement, i + 1, va_arg(args, int64_t));
        else
            sqlite3_bind_double(statement, i + 1, va_arg(args, double));
    }
    va_end(args);
    while (sql_next(store, statement, err))
        ;
    return sql_ok(store, err);
}

int64_t sql_number(Store *store, const char *sql, Error *err) {
    Statement *statement = sql_query(store, err, "%s", sql);
    int64_t value = 0;
    while (sql_next(store, statement, err))
        value = sqlite3_column_int64(statement, 0);
    return value;
}

int64_t sql_int64(Statement *statement, int column) {
    return sqlite3_column_int64(statement, column);
}

double sql_double(Statement *statement, int column) {
    bool null = sqlite3_column_type(statement, column) == SQLITE_NULL;
    return null ? (double)NAN : sqlite3_column_double(statement, column);
}

const char *sql_text(Statement *statement, int column) {
    return (const char *)sqlite3_column_text(statement, column);
}

int sql_columns(Statement *statement) {
    return sqlite3_column_count(statement);
}

// --- The virtual table: id or position, the columns, objective -----------------------------------------------

typedef struct Table {
    sqlite3_vtab base;
    const Source *source;
} Table;

typedef struct Cursor {
    sqlite3_vtab_cursor base;
    const Source *source;
    int row;
    int code; // of the last step of `from`
} Cursor;

static int table_connect(sqlite3 *db, void *context, int argc, const char *const *argv,
                         sqlite3_vtab **table, char **message) {
    (void)argc, (void)argv, (void)message;
    const Store *store = context;
    int most = store->run.column_count > store->run.op_column_count ? store->run.column_count
                                                                    : store->run.op_column_count;
    Text sql = {0};
    text_add(&sql, "CREATE TABLE source(c0");
    for (int i = 1; i <= most + 1; i++)
        text_addf(&sql, ", c%d", i);
    text_add(&sql, ")");
    int code = sqlite3_declare_vtab(db, sql.data);
    text_free(&sql);
    Table *made = sqlite3_malloc(sizeof *made);
    if (!made)
        return SQLITE_NOMEM;
    *made = (Table){.source = &store->source};
    *table = &made->base;
    return code;
}

static int table_disconnect(sqlite3_vtab *table) {
    sqlite3_free(table);
    return SQLITE_OK;
}

static int table_plan(sqlite3_vtab *table, sqlite3_index_info *info) {
    (void)table, (void)info;
    return SQLITE_OK;
}

static int cursor_open(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor) {
    Cursor *made = sqlite3_malloc(sizeof *made);
    if (!made)
        return SQLITE_NOMEM;
    *made = (Cursor){.source = ((Table *)table)->source};
    *cursor = &made->base;
    return SQLITE_OK;
}

static int cursor_close(sqlite3_vtab_cursor *cursor) {
    sqlite3_free(cursor);
    return SQLITE_OK;
}

// Another store's next row.
static int cursor_step(Cursor *cursor) {
    if (cursor->source->from)
        cursor->code = sqlite3_step(cursor->source->from);
    return !cursor->source->from || cursor->code == SQLITE_ROW || cursor->code == SQLITE_DONE
               ? SQLITE_OK
               : cursor->code;
}

static int cursor_begin(sqlite3_vtab_cursor *base, int plan, const char *name, int argc,
                        sqlite3_value **argv) {
    (void)plan, (void)name, (void)argc, (void)argv;
    ((Cursor *)base)->row = 0;
    return cursor_step((Cursor *)base);
}

static int cursor_next(sqlite3_vtab_cursor *base) {
    ((Cursor *)base)->row++;
    return cursor_step((Cursor *)base);
}

static int cursor_at_end(sqlite3_vtab_cursor *base) {
    const Cursor *cursor = (const Cursor *)base;
    return cursor->source->from ? cursor->code != SQLITE_ROW
                                : cursor->row >= cursor->source->rows->count;
}

static int cursor_value(sqlite3_vtab_cursor *base, sqlite3_context *result, int i) {
    const Cursor *cursor = (const Cursor *)base;
    const Source *source = cursor->source;
    if (source->from) {
        sqlite3_result_value(result, sqlite3_column_value(source->from, i));
        return SQLITE_OK;
    }
    if (i == 0) {
        sqlite3_result_int64(result,
                             source->rows->ids ? source->rows->ids[cursor->row] : cursor->row);
        return SQLITE_OK;
    }
    if (i > source->column_count) {
        sqlite3_result_text(result, source->objectives[cursor->row], -1, SQLITE_STATIC);
        return SQLITE_OK;
    }
    const Column *column = &source->columns[i - 1];
    double value = source->rows->values[(int64_t)cursor->row * source->column_count + i - 1];
    if (column->kind == COLUMN_INTEGER && sql_is_integer(value)) {
        sqlite3_result_int64(result, (int64_t)value);
    } else if (column->kind == COLUMN_TEXT && !isnan(value)) {
        assert(value >= 0 && value < column->word_count);
        sqlite3_result_text(result, column->words[(int)value], -1, SQLITE_STATIC);
    } else {
        sqlite3_result_double(result, value); // NaN becomes null; STRICT refuses 1.5 as an integer
    }
    return SQLITE_OK;
}

static int cursor_id(sqlite3_vtab_cursor *base, sqlite3_int64 *id) {
    *id = ((Cursor *)base)->row;
    return SQLITE_OK;
}

static const sqlite3_module ROWS_MODULE = {
    .xConnect = table_connect,
    .xBestIndex = table_plan,
    .xDisconnect = table_disconnect,
    .xOpen = cursor_open,
    .xClose = cursor_close,
    .xFilter = cursor_begin,
    .xNext = cursor_next,
    .xEof = cursor_at_end,
    .xColumn = cursor_value,
    .xRowid = cursor_id,
};

// --- Opening and closing ---------------------------------------------------------------------------------------------

static Store *store_new(const char *path) {
    Store *store = calloc(1, sizeof *store);
    if (!store) {
        fprintf(stderr, "chipfit: out of memory\n");
        abort();
    }
    store->arena = arena_new();
    store->path = arena_text(store->arena, path);
    store->lock = -1;
    return store;
}

void store_close(Store *store) {
    if (!store)
        return;
    sqlite3_close(store->db);
    if (store->lock >= 0)
        close(store->lock); // last
    arena_free(store->arena);
    free(store);
}

static bool take_file(Store *store, bool make, Error *err) {
    bool machine = false;
    store->lock = lock_take(store->path, make, &machine, &store->error);
    return store->lock >= 0 || give_up(store, machine, err);
}

// "./" keeps SQLite from reading a name such as ":memory:" or "file:x" as anything but a file's.
static bool connect_file(Store *store, int flags, bool immutable, Error *err) {
    Text name = {0};
    text_addf(&name, "%s%s", immutable ? "file:" : "", store->path[0] == '/' ? "" : "./");
    for (const char *c = store->path; *c; c++) {
        if (immutable && strchr("%?#", *c))
            text_addf(&name, "%%%02X", *c);
        else
            text_add_n(&name, c, 1);
    }
    text_add(&name, immutable ? "?immutable=1" : "");
    flags |= SQLITE_OPEN_NOMUTEX | (immutable ? SQLITE_OPEN_URI : 0);
    int code = sqlite3_open_v2(name.data, &store->db, flags, NULL);
    text_free(&name);
    if (code != SQLITE_OK)
        return fail(store, err);
    sqlite3_busy_timeout(store->db, BUSY_MS);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    return true;
}

static bool is_ours(Store *store, Error *err) {
    int64_t id = sql_number(store, "PRAGMA application_id", err);
    int64_t format = sql_number(store, "PRAGMA user_version", err);
    if (store->failed)
        return false;
    if (id != APPLICATION_ID)
        return refuse(store, false, "this database is no run of chipfit", NULL, err);
    if (format != FORMAT)
        return refuse(store, false, "another version of chipfit wrote this run",
                      "open it with the version that wrote it", err);
    return true;
}

// Whether nothing was committed yet: the file of a run that was killed as it began.
static bool is_empty(Store *store, Error *err) {
    return sql_number(store, "SELECT count(*) FROM sqlite_schema", err) == 0 &&
           sql_number(store, "PRAGMA application_id", err) == 0 && sql_ok(store, err);
}

// Small caches measured fastest: rows are only appended. 16 MB of log between checkpoints, as many as a large commit.
static bool set_up(Store *store, Error *err) {
    return execute(store,
                   "PRAGMA auto_vacuum = 0; PRAGMA page_size = 16384; PRAGMA journal_mode = WAL;"
                   "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384;"
                   "PRAGMA wal_autocheckpoint = 1000; PRAGMA secure_delete = 0;"
                   "PRAGMA temp_store = MEMORY; BEGIN IMMEDIATE",
                   err);
}

static bool build(Store *store, const StoreRun *run, Error *err) {
    if (!schema_check(run, &store->error))
        return give_up(store, false, err);
    Text sql = {0};
    text_addf(&sql, "PRAGMA application_id = %d; PRAGMA user_version = %d;\n", APPLICATION_ID,
              FORMAT);
    schema_add_tables(&sql, run);
    bool ok = set_up(store, err) && execute(store, sql.data, err) && run_save(store, run, err) &&
              execute(store, "COMMIT; BEGIN IMMEDIATE", err);
    text_free(&sql);
    return ok;
}

static bool load(Store *store, Error *err) {
    store->finished = sql_number(store, "SELECT finished FROM run", err) != 0;
    return run_load(store, &store->run, store->arena, err);
}

static bool begin_writing(Store *store, Error *err) {
    store->writing = true;
    return sqlite3_create_module(store->db, "source", &ROWS_MODULE, store) == SQLITE_OK ||
           fail(store, err);
}

Store *store_create(const char *path, const StoreRun *run, bool *machine, Error *err) {
    Store *store = store_new(path);
    bool taken = take_file(store, true, err);
    if (taken && connect_file(store, SQLITE_OPEN_READWRITE, false, err) && build(store, run, err) &&
        load(store, err) && begin_writing(store, err))
        return store;
    *machine = store->machine;
    if (taken)
        lock_remove(path);
    store_close(store);
    return NULL;
}

// Out of WAL mode, when no reader is in the way; tried for a second.
static bool leave_wal(Store *store, Error *err) {
    sqlite3_busy_timeout(store->db, 0);
    int code = SQLITE_BUSY;
    for (int i = 0; i < 20 && code == SQLITE_BUSY; i++) {
        if (i > 0)
            nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
        code = sqlite3_exec(store->db, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
    }
    sqlite3_busy_timeout(store->db, BUSY_MS);
    return code == SQLITE_OK || code == SQLITE_BUSY ? true : fail(store, err);
}

static bool resume(Store *store, const StoreRun *run, Error *err) {
    if (!take_file(store, false, err) || !connect_file(store, SQLITE_OPEN_READWRITE, false, err))
        return false;
    if (is_empty(store, err))
        return build(store, run, err) && load(store, err);
    if (!is_ours(store, err) || !load(store, err))
        return false;
    if (!schema_same(&store->run, run, &store->error))
        return give_up(store, false, err);
    return store->finished ? leave_wal(store, err) : set_up(store, err);
}

Store *store_resume(const char *path, const StoreRun *run, StoreState *state, bool *done,
                    bool *machine, Error *err) {
    Store *store = store_new(path);
    if (resume(store, run, err) && store_state(store, state, err) &&
        (store->finished || begin_writing(store, err))) {
        *done = store->finished;
        return store;
    }
    *machine = store->machine;
    store_close(store);
    return NULL;
}

// --- Tables beside a run's -------------------------------------------------------------------------------------------

#define TABLE_COLUMNS 256

// A file of ours that can take tables: a finished run, or one of tables alone.
static bool can_extend(Store *store, Error *err) {
    if (sql_number(store, "PRAGMA application_id", err) == TABLES_ID && sql_ok(store, err))
        return true;
    if (!is_ours(store, err))
        return false;
    return sql_number(store, "SELECT finished FROM run", err) == 1 ||
           (sql_ok(store, err) &&
            refuse(store, false, "this run is not finished",
                   "go on with it by chipfit sweep --resume, or take another -o", err));
}

Store *store_extend(const char *path, bool *machine, Error *err) {
    Store *store = store_new(path);
    bool there = access(path, F_OK) == 0, taken = take_file(store, !there, err);
    char begin[80];
    snprintf(begin, sizeof begin, "BEGIN IMMEDIATE; PRAGMA application_id = %d", TABLES_ID);
    store->run.column_count = TABLE_COLUMNS; // of the widest table that may come
    bool good = taken && connect_file(store, SQLITE_OPEN_READWRITE, false, err);
    good = good && (is_empty(store, err) ? execute(store, begin, err)
                                         : sql_ok(store, err) && can_extend(store, err) &&
                                               execute(store, "BEGIN IMMEDIATE", err));
    if (good && begin_writing(store, err))
        return store;
    *machine = store->machine;
    if (taken && !there)
        lock_remove(path);
    store_close(store);
    return NULL;
}

bool store_seal(Store *store, Error *err) {
    return execute(store, "COMMIT", err);
}

// --- Writing ---------------------------------------------------------------------------------------------------------

bool sql_put_from(Store *store, Source source, const char *sql, Error *err) {
    assert(store->writing && !store->finished);
    store->source = source;
    return sql_put(store, err, sql, "");
}

bool store_finish(Store *store, const StoreState *state, const StoreText facts[], int fact_count,
                  Error *err) {
    assert(store->writing && !store->finished);
    for (int i = 0; i < fact_count; i++)
        run_save_text(store, &facts[i], err);
    if (!run_save_state(store, state, err) ||
        !execute(store, "UPDATE run SET finished = 1; COMMIT", err))
        return false;
    store->finished = true;
    return leave_wal(store, err);
}

// --- Reading ---------------------------------------------------------------------------------------------------------

Store *store_open(const char *path, Error *err) {
    if (!lock_plain(path, err))
        return NULL;
    // A run left in WAL mode on media that cannot be written is read as it is, if nothing stands in a log beside it.
    for (int immutable = 0; immutable < 2; immutable++) {
        Store *store = store_new(path);
        if (connect_file(store, SQLITE_OPEN_READONLY, immutable, err) &&
            execute(store, "BEGIN", err) && is_ours(store, err) && load(store, err))
            return store;
        bool final = !store->machine || lock_has_log(path);
        if (store->machine && final)
            error_hint(err, "copy it, with its -wal and -shm, to where it may be written");
        store_close(store);
        if (final)
            break;
    }
    return NULL;
}

const StoreRun *store_run(const Store *store) {
    return &store->run;
}

bool store_finished(const Store *store) {
    return store->finished;
}

Arena *store_arena(const Store *store) {
    return store->arena;
}

const char *store_path(const Store *store) {
    return store->path;
}
