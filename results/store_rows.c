#include <assert.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "results/schema.h"
#include "results/sql.h"
#include "sim/base/heap.h"

static const char *const TABLE_NAMES[STORE_TABLES] = {"point", "frontier", "best"};

// --- Writing ---------------------------------------------------------------------------------------------------------

// Adds a source's rows to a table; `lead`: what stands before their columns.
static bool insert(Store *store, const char *into, const char *lead, Source source, Error *err) {
    Text sql = {0};
    text_addf(&sql, "INSERT INTO %s SELECT %sc0", into, lead);
    for (int i = 1; i <= source.column_count; i++)
        text_addf(&sql, ", c%d", i);
    text_add(&sql, " FROM source");
    bool ok = sql_put_from(store, source, sql.data, err);
    text_free(&sql);
    return ok;
}

bool store_rows(Store *store, StoreTable table, const Rows *rows, Error *err) {
    const StoreRun *run = store_run(store);
    assert(table != STORE_BEST && rows->columns == run->column_count);
    Source source = {run->columns, rows->columns, rows, NULL, NULL};
    return insert(store, TABLE_NAMES[table], "", source, err);
}

bool store_remove(Store *store, StoreTable table, const int64_t ids[], int64_t count, Error *err) {
    assert(table != STORE_BEST && count <= INT_MAX);
    Rows rows = {.count = (int)count, .ids = ids};
    char sql[80];
    snprintf(sql, sizeof sql, "DELETE FROM %s WHERE id IN (SELECT c0 FROM source)",
             TABLE_NAMES[table]);
    return count == 0 ? sql_ok(store, err) : sql_put_from(store, (Source){.rows = &rows}, sql, err);
}

bool store_best(Store *store, const char *const objectives[], const Rows *rows, Error *err) {
    const StoreRun *run = store_run(store);
    assert(rows->columns == run->column_count);
    Source source = {run->columns, rows->columns, rows, objectives, NULL};
    char lead[24];
    snprintf(lead, sizeof lead, "c%d, ", rows->columns + 1);
    return sql_put(store, err, "DELETE FROM best", "") && insert(store, "best", lead, source, err);
}

static bool forget_ops(Store *store, int64_t point_id, Error *err) {
    return sql_put(store, err, "DELETE FROM op WHERE point_id = ?", "i", point_id);
}

bool store_ops(Store *store, int64_t point_id, const Rows *rows, Error *err) {
    const StoreRun *run = store_run(store);
    assert(rows->columns == run->op_column_count);
    Rows in_order = *rows;
    in_order.ids = NULL;
    Source source = {run->op_columns, rows->columns, &in_order, NULL, NULL};
    char lead[24];
    snprintf(lead, sizeof lead, "%" PRId64 ", ", point_id);
    return forget_ops(store, point_id, err) && insert(store, "op", lead, source, err);
}

// --- Joining ---------------------------------------------------------------------------------------------------------

// Adds the rows of a part's statement to the table of that name, and drops the statement.
static bool copy(Store *into, Store *part, const char *table, int columns, Statement *from,
                 Error *err) {
    if (!from)
        return false;
    bool fits = sql_columns(from) == columns;
    Source source = {.column_count = columns - 1, .from = from};
    bool ok = fits && insert(into, table, "", source, err);
    if (!sql_drop(part, from, err)) // it could not be read, which is why nothing was written
        return false;
    return fits ? ok : sql_damaged(part, err, "'%s' has other columns than it should", table);
}

bool store_copy_points(Store *into, Store *part, int64_t first, int64_t last, Error *err) {
    const StoreRun *run = store_run(part);
    if (!schema_same_columns(store_run(into), run, err))
        return error_where(err, store_path(part), 0);
    Statement *from = sql_query(part, err,
                                "SELECT * FROM point WHERE id >= %lld AND id < %lld"
                                " ORDER BY id",
                                (long long)first, (long long)last);
    return copy(into, part, "point", 1 + run->column_count, from, err);
}

bool store_copy_ops(Store *into, Store *part, int64_t point_id, Error *err) {
    const StoreRun *run = store_run(part);
    if (!schema_same_columns(store_run(into), run, err))
        return error_where(err, store_path(part), 0);
    if (!forget_ops(into, point_id, err))
        return false;
    Statement *from = sql_query(part, err,
                                "SELECT * FROM op WHERE point_id = %lld"
                                " ORDER BY position",
                                (long long)point_id);
    return copy(into, part, "op", 2 + run->op_column_count, from, err);
}

// --- Reading ---------------------------------------------------------------------------------------------------------

int64_t store_ids(Store *store, StoreTable table, int64_t ids[], int64_t most, Error *err) {
    int64_t count = 0;
    Statement *rows = sql_query(store, err, "SELECT id FROM %s ORDER BY id", TABLE_NAMES[table]);
    for (; sql_next(store, rows, err); count++)
        if (count < most)
            ids[count] = sql_int64(rows, 0);
    return sql_ok(store, err) ? count : -1;
}

bool store_each(Store *store, StoreTable table, StoreEach *each, void *context, Error *err) {
    const StoreRun *run = store_run(store);
    int lead = table == STORE_BEST ? 2 : 1; // objective, id
    Statement *rows = sql_query(store, err, "SELECT * FROM %s ORDER BY %sid", TABLE_NAMES[table],
                                table == STORE_BEST ? "objective, " : "");
    if (rows && sql_columns(rows) != lead + run->column_count) {
        sql_drop(store, rows, err);
        return sql_damaged(store, err, "'%s' has other columns than it should", TABLE_NAMES[table]);
    }
    Arena *arena = arena_new();
    double *values = arena_take(arena, ((size_t)run->column_count + 1) * sizeof *values);
    bool ok = true;
    while (ok && sql_next(store, rows, err)) {
        for (int i = 0; i < run->column_count; i++)
            values[i] = run_value(store, rows, lead + i, &run->columns[i], err);
        ok = sql_ok(store, err) && each(context, table == STORE_BEST ? sql_text(rows, 0) : NULL,
                                        sql_int64(rows, lead - 1), values, err);
        if (!ok)
            sql_drop(store, rows, err);
    }
    arena_free(arena);
    return ok && sql_ok(store, err);
}

bool store_each_op(Store *store, int64_t point_id, StoreEachOp *each, void *context, Error *err) {
    const StoreRun *run = store_run(store);
    Statement *rows =
        sql_query(store, err, "SELECT * FROM op%s%lld ORDER BY point_id, position",
                  point_id < 0 ? " WHERE point_id > " : " WHERE point_id = ", (long long)point_id);
    if (rows && sql_columns(rows) != 2 + run->op_column_count) {
        sql_drop(store, rows, err);
        return sql_damaged(store, err, "'op' has other columns than it should");
    }
    double *values = heap_take((size_t)run->op_column_count + 1, sizeof *values);
    bool ok = true;
    while (ok && sql_next(store, rows, err)) {
        for (int i = 0; i < run->op_column_count; i++)
            values[i] = run_value(store, rows, 2 + i, &run->op_columns[i], err);
        ok = sql_ok(store, err) && each(context, sql_int64(rows, 0), values, err);
        if (!ok)
            sql_drop(store, rows, err);
    }
    free(values);
    return ok && sql_ok(store, err);
}
