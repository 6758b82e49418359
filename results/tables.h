// tables.h — tables beside those of a run, or in a file of their own, by whoever has columns and rows: this knows no meaning.
//
//     store_extend ── tables_next_id, tables_add, tables_view ... ── store_seal ── store_close
// All of it is one transaction: without store_seal the file is as it was. A new file that is not sealed is empty and may be
// extended later.
#ifndef RESULTS_TABLES_H
#define RESULTS_TABLES_H

#include "results/store.h"

#ifdef __cplusplus
extern "C" {
#endif

// Opens a finished run, a file of such tables, or a new file. NULL with the reason; *machine: see store_create.
Store *store_extend(const char *path, bool *machine, Error *err);

// Adds rows to the table (STRICT; id INTEGER PRIMARY KEY, then the columns), which is made where it is missing. One with
// other columns is refused: wrong input.
bool tables_add(Store *store, const char *table, const Column columns[], const Rows *rows,
                Error *err);

// Of rows that agree in all these columns (null is like null) keeps the last: what is added again replaces what was there.
bool tables_keep_last(Store *store, const char *table, const char *const columns[], int count,
                      Error *err);

// Drops rows whose column names no id of the parent.
bool tables_drop_orphans(Store *store, const char *table, const char *column, const char *parent,
                         Error *err);

// The id after the largest of the table, 1 where there is none.
int64_t tables_next_id(Store *store, const char *table, Error *err);

// Makes a view anew.
bool tables_view(Store *store, const char *name, const char *select, Error *err);

// Of any store, also one from store_open: whether there is a table or view of that name.
bool tables_has(Store *store, const char *name, Error *err);

// Calls `each` for every row of a table or view until it returns false: the named columns as numbers (NaN for null) and as texts
// (NULL for null), which live until it returns.
typedef bool TablesEach(void *context, const double numbers[], const char *const texts[],
                        Error *err);
bool tables_each(Store *store, const char *name, const char *const columns[], int count,
                 TablesEach *each, void *context, Error *err);

// Keeps what was added.
bool store_seal(Store *store, Error *err);

#ifdef __cplusplus
}
#endif
#endif
