// schema.h — the tables of a run as SQL, and whether two runs are the same; knows no database.
#ifndef RESULTS_SCHEMA_H
#define RESULTS_SCHEMA_H

#include "results/store.h"
#include "sim/base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

// Adds a name as SQL writes it, whatever it holds: "a ""b""".
void schema_add_name(Text *sql, const char *name);

// Adds the statements that create all tables and views.
void schema_add_tables(Text *sql, const StoreRun *run);

// Whether SQL can take the names of columns: each one once in its table.
bool schema_check(const StoreRun *run, Error *err);

// Whether the file's run is the one asked for; the error names what differs.
bool schema_same(const StoreRun *file, const StoreRun *run, Error *err);

// Whether rows of one fit into the other: the same columns and words.
bool schema_same_columns(const StoreRun *a, const StoreRun *b, Error *err);

#ifdef __cplusplus
}
#endif
#endif
