// sql.h — statements on a store's database, for the files of results/ only; all but the last part is in
// store.c, so that no other file knows SQLite.
//
// A failure is kept in the store: every later call fails with the same error, so that a series of calls may be checked
// once, by the last one or by sql_ok.
#ifndef RESULTS_SQL_H
#define RESULTS_SQL_H

#include "results/store.h"
#include "sim/base/arena.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sqlite3_stmt Statement;

// False with the error of the first failure.
bool sql_ok(const Store *store, Error *err);

// What the file holds makes no sense. Always returns false.
bool sql_damaged(Store *store, Error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// A statement by sqlite3_mprintf's format (%w: within a quoted name, %Q: a text); NULL when it failed.
Statement *sql_query(Store *store, Error *err, const char *format, ...);

// Whether there is a further row; at the end, or after a failure, the statement is gone. NULL has no rows.
bool sql_next(Store *store, Statement *statement, Error *err);

// Drops a statement before its end; false when its last step had failed.
bool sql_drop(Store *store, Statement *statement, Error *err);

// Runs a statement with arguments t (text), i (int64_t) or r (double; NaN: null).
bool sql_put(Store *store, Error *err, const char *sql, const char *kinds, ...);
int64_t sql_number(Store *store, const char *sql, Error *err);

// What the table `source` shows to INSERT ... SELECT as c0, c1, ...: rows in memory (id or position, the columns,
// objective) or another store's. That saves binding each value and finding each row's place: 1.4 times as fast as
// INSERT ... VALUES.
typedef struct Source {
    const Column *columns;
    int column_count;
    const Rows *rows;
    const char *const *objectives;
    Statement *from; // instead of all others; has at most two columns more than point or op
} Source;

// Runs a statement that reads from `source`; the store must be open for writing.
bool sql_put_from(Store *store, Source source, const char *sql, Error *err);

// Memory that lives as long as the store, and the name of its file.
Arena *store_arena(const Store *store);
const char *store_path(const Store *store);

// Values of the row at hand: a text lives until the next row; NULL for null.
int64_t sql_int64(Statement *statement, int column);
double sql_double(Statement *statement, int column); // NaN for null
const char *sql_text(Statement *statement, int column);
int sql_columns(Statement *statement);

// --- store_run.c -----------------------------------------------------------------------------------------------------

// A whole number that an integer column takes.
bool sql_is_integer(double value);

// Writes the run into new tables, reads it back into the arena.
bool run_save(Store *store, const StoreRun *run, Error *err);
bool run_load(Store *store, StoreRun *run, Arena *arena, Error *err);

// Writes a text of run, or all that store_commit takes.
bool run_save_text(Store *store, const StoreText *text, Error *err);
bool run_save_state(Store *store, const StoreState *state, Error *err);

// A value as in Rows: of a text column the index of its word.
double run_value(Store *store, Statement *row, int i, const Column *column, Error *err);

#ifdef __cplusplus
}
#endif
#endif
