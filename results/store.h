// store.h — a run in one SQLite file: open for readers while it is written, safe to kill, resumed without loss.
//
// Tables (STRICT; units in column names):
//     run        one row: what the run is, facts of machine and time, first, last, watermark, busy_s, finished, and
//                what stays constant
//     record     the data files that the run rests on, whole: kind, name, file, text
//     axis       what varies: position, name, count, values_json, help
//     field      what the columns of run, point and op mean: used_in, name, kind, help
//     word       the words that a text column can hold: field_id, position, word
//     point      id INTEGER PRIMARY KEY, the axes, the metrics
//     frontier   the same columns: the points that nothing beats
//     best       objective, and the same columns: the best point of each objective in each group
//     op         point_id, position, ...: the breakdown of frontier and best points, written at the end
//     counter    name, value
//     why        kind, what, points, nearest_id, miss: why points fell; the view infeasible_why says it in words
// All that belongs to a stretch of ids is committed at once with the watermark: every id below it is done.
//
// A Store is used by one thread at a time and copies what it is given, unless said otherwise; one process writes a file.
// Once the first call has succeeded, whatever fails later is the machine's fault (disk, database): nothing more can be
// written, the file keeps its last commit, and --resume goes on from there.
// A limit on the size of files must not kill: the program ignores SIGXFSZ.
#ifndef RESULTS_STORE_H
#define RESULTS_STORE_H

#include "sim/base/error.h"
#include "sim/rows.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Store Store;

typedef struct StoreText {
    const char *name;
    const char *value; // NULL: null
} StoreText;

typedef struct StoreNumber {
    const char *name;
    int64_t value;
} StoreNumber;

typedef struct StoreRecord {
    const char *kind, *name, *file, *text;
} StoreRecord;

typedef struct StoreAxis {
    const char *name;
    int64_t count;
    const char *values; // JSON
    const char *help;
} StoreAxis;

typedef struct StoreConstant {
    Column column;
    double value; // as in Rows
} StoreConstant;

// What a run is. Two runs are the same when `identity` texts are: name, version, script, hash of the catalogue, shard.
// Names of columns may hold anything, but SQL takes those that differ in case only for the same.
typedef struct StoreRun {
    const StoreText *identity; // columns of `run` that --resume compares
    int identity_count;
    const StoreText *facts; // further columns of `run`: machine, threads, ... not compared
    int fact_count;
    const StoreConstant *constants; // more columns of `run`
    int constant_count;
    const StoreAxis *axes;
    int axis_count;
    const StoreRecord *records;
    int record_count;
    const Column *columns; // of point, frontier and best, after id
    int column_count;
    const Column *op_columns; // of op, after point_id and position
    int op_column_count;
    int64_t first, last; // ids of this run: [first, last)
} StoreRun;

// One reason why points fell.
typedef struct StoreWhy {
    const char *kind; // "illegal", "where", "memory", "keep"
    const char *what;
    int64_t points;
    int64_t nearest_id; // -1: none
    double miss; // by how much the nearest one missed, as a share of the bound; NaN: not known
} StoreWhy;

// What stands in the file beside rows.
typedef struct StoreState {
    int64_t watermark;
    const StoreNumber *counters;
    int counter_count;
    const StoreWhy *whys;
    int why_count;
    double busy_s; // of work so far, over all attempts
} StoreState;

// A new file; an existing one is refused (hint: --resume). A failure leaves no file behind; *machine: it was a fault of
// the disk or the database, so that the caller exits with 3 rather than 2. store_close frees it and may be given NULL.
Store *store_create(const char *path, const StoreRun *run, bool *machine, Error *err);

// Goes on with an unfinished file of the same run, or one that was killed before it held anything; another script,
// version or catalogue is refused by the name of what differs. Facts stay those of the beginning. *done: it was
// finished and can only be read. The state's arrays live in the store.
Store *store_resume(const char *path, const StoreRun *run, StoreState *state, bool *done,
                    bool *machine, Error *err);
void store_close(Store *store);

// These write into the open transaction, which store_commit ends; 10,000 rows and more at a time are fastest.
typedef enum StoreTable { STORE_POINT, STORE_FRONTIER, STORE_BEST, STORE_TABLES } StoreTable;

// Adds rows to point or frontier; no id twice.
bool store_rows(Store *store, StoreTable table, const Rows *rows, Error *err);

// Takes rows out of point or frontier.
bool store_remove(Store *store, StoreTable table, const int64_t ids[], int64_t count, Error *err);

// Replaces all of best; `objectives`: names, one for each row.
bool store_best(Store *store, const char *const objectives[], const Rows *rows, Error *err);

// Replaces a point's ops, in their order; the rows' ids are not read.
bool store_ops(Store *store, int64_t point_id, const Rows *rows, Error *err);

bool store_commit(Store *store, const StoreState *state, Error *err);

// The last commit, with facts known at the end (their names were among the facts at the beginning). The file leaves WAL
// mode, unless a reader holds it: then a later store_resume sees to it. Afterwards the store can be read.
bool store_finish(Store *store, const StoreState *state, const StoreText facts[], int fact_count,
                  Error *err);

// --- Reading ---------------------------------------------------------------------------------------------------------
// Of any store. One from store_open sees the moment at which it was opened.

// Opens a run to be read, even while it is written or on read-only media; NULL with the reason: wrong input.
Store *store_open(const char *path, Error *err);

// The run as it stands in the file; it lives as long as the store.
const StoreRun *store_run(const Store *store);
bool store_finished(const Store *store);

// A text of identity or facts by its name, NULL when there is none; it lives as long as the store.
const char *store_text(const Store *store, const char *name);

// The state as of now; its arrays live in the store.
bool store_state(Store *store, StoreState *state, Error *err);

// Ids of point or frontier, in order; the caller gives room. Returns how many there are in all, -1 when it failed.
int64_t store_ids(Store *store, StoreTable table, int64_t ids[], int64_t room, Error *err);

// Calls `each` for every row in the order of ids (best: of objectives, then ids), until it returns false. `objective` is
// NULL but for best; values are as in Rows, with the columns and words of store_run.
typedef bool StoreEach(void *context, const char *objective, int64_t id, const double values[],
                       Error *err);
bool store_each(Store *store, StoreTable table, StoreEach *each, void *context, Error *err);

// Calls `each` for the ops of a point in their order, or of all points (point_id -1) one point after the other.
typedef bool StoreEachOp(void *context, int64_t point_id, const double values[], Error *err);
bool store_each_op(Store *store, int64_t point_id, StoreEachOp *each, void *context, Error *err);

// --- Joining parts of one run ----------------------------------------------------------------------------------------
// The caller checks with store_run and store_finished that parts are the same but for `shard` and cover all ids once,
// creates `into` from store_run of a part, copies points in the order of ids, adds frontier and best over all parts
// (read by store_each), their ops, and the sums of counters and whys. That is then what one run would have written.

// Copies the rows of point with ids in [first, last), which must have the same columns; a commit after each stretch of
// some 100,000 keeps the log short.
bool store_copy_points(Store *into, Store *part, int64_t first, int64_t last, Error *err);

// Copies a point's ops in place of those that `into` holds.
bool store_copy_ops(Store *into, Store *part, int64_t point_id, Error *err);

#ifdef __cplusplus
}
#endif
#endif
