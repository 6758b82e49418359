#include "results/tables.h"

#include <stdlib.h>
#include <string.h>

#include "results/schema.h"
#include "results/sql.h"
#include "sim/base/heap.h"

static const char *const KINDS[] = {"INTEGER", "REAL", "TEXT"};

static bool exists(Store *store, const char *table, Error *err) {
    Statement *found = sql_query(
        store, err, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = %Q", table);
    bool there = false;
    while (sql_next(store, found, err))
        there = sql_int64(found, 0) > 0;
    return there;
}

static bool make(Store *store, const char *table, const Column columns[], int count, Error *err) {
    Text sql = {0};
    text_add(&sql, "CREATE TABLE ");
    schema_add_name(&sql, table);
    text_add(&sql, "(id INTEGER PRIMARY KEY");
    for (int i = 0; i < count; i++) {
        text_add(&sql, ", ");
        schema_add_name(&sql, columns[i].name);
        text_addf(&sql, " %s", KINDS[columns[i].kind]);
    }
    text_add(&sql, ") STRICT");
    bool good = sql_put(store, err, sql.data, "");
    text_free(&sql);
    return good;
}

// Whether the table in the file has these columns, in this order.
static bool fits(Store *store, const char *table, const Column columns[], int count, Error *err) {
    Statement *found =
        sql_query(store, err, "SELECT name FROM pragma_table_info(%Q) ORDER BY cid", table);
    int at = -1; // the id
    bool same = true;
    while (sql_next(store, found, err)) {
        const char *name = sql_text(found, 0);
        same &= at < 0 || (at < count && name && strcmp(name, columns[at].name) == 0);
        at++;
    }
    if (!sql_ok(store, err) || (same && at == count))
        return sql_ok(store, err);
    error_set(err, "its table '%s' has other columns: another version wrote it", table);
    error_hint(err, "take another -o");
    return error_where(err, store_path(store), 0);
}

bool tables_add(Store *store, const char *table, const Column columns[], const Rows *rows,
                Error *err) {
    bool there = exists(store, table, err);
    if (!sql_ok(store, err) || !(there ? fits(store, table, columns, rows->columns, err)
                                       : make(store, table, columns, rows->columns, err)))
        return false;
    Text sql = {0};
    text_add(&sql, "INSERT INTO ");
    schema_add_name(&sql, table);
    text_add(&sql, " SELECT c0");
    for (int i = 1; i <= rows->columns; i++)
        text_addf(&sql, ", c%d", i);
    text_add(&sql, " FROM source");
    bool good =
        sql_put_from(store, (Source){columns, rows->columns, rows, NULL, NULL}, sql.data, err);
    text_free(&sql);
    return good;
}

int64_t tables_next_id(Store *store, const char *table, Error *err) {
    if (!exists(store, table, err))
        return 1;
    Text sql = {0};
    text_add(&sql, "SELECT coalesce(max(id), 0) + 1 FROM ");
    schema_add_name(&sql, table);
    int64_t next = sql_number(store, sql.data, err);
    text_free(&sql);
    return next;
}

bool tables_view(Store *store, const char *name, const char *select, Error *err) {
    Text sql = {0};
    text_add(&sql, "DROP VIEW IF EXISTS ");
    schema_add_name(&sql, name);
    bool good = sql_put(store, err, sql.data, "");
    text_clear(&sql);
    text_add(&sql, "CREATE VIEW ");
    schema_add_name(&sql, name);
    text_addf(&sql, " AS %s", select);
    good = good && sql_put(store, err, sql.data, "");
    text_free(&sql);
    return good;
}

bool tables_keep_last(Store *store, const char *table, const char *const columns[], int count,
                      Error *err) {
    Text sql = {0};
    text_add(&sql, "DELETE FROM ");
    schema_add_name(&sql, table);
    text_add(&sql, " WHERE id NOT IN (SELECT max(id) FROM ");
    schema_add_name(&sql, table);
    for (int i = 0; i < count; i++) {
        text_add(&sql, i ? ", " : " GROUP BY ");
        schema_add_name(&sql, columns[i]);
    }
    text_add(&sql, ")");
    bool good = sql_put(store, err, sql.data, "");
    text_free(&sql);
    return good;
}

bool tables_drop_orphans(Store *store, const char *table, const char *column, const char *parent,
                         Error *err) {
    Text sql = {0};
    text_add(&sql, "DELETE FROM ");
    schema_add_name(&sql, table);
    text_add(&sql, " WHERE ");
    schema_add_name(&sql, column);
    text_add(&sql, " NOT IN (SELECT id FROM ");
    schema_add_name(&sql, parent);
    text_add(&sql, ")");
    bool good = sql_put(store, err, sql.data, "");
    text_free(&sql);
    return good;
}

bool tables_has(Store *store, const char *name, Error *err) {
    Statement *found =
        sql_query(store, err, "SELECT count(*) FROM sqlite_schema WHERE name = %Q", name);
    bool there = false;
    while (sql_next(store, found, err))
        there = sql_int64(found, 0) > 0;
    return there;
}

bool tables_each(Store *store, const char *name, const char *const columns[], int count,
                 TablesEach *each, void *context, Error *err) {
    Text sql = {0};
    text_add(&sql, "SELECT ");
    for (int i = 0; i < count; i++) {
        text_add(&sql, i ? ", " : "");
        schema_add_name(&sql, columns[i]);
    }
    text_add(&sql, " FROM ");
    schema_add_name(&sql, name);
    Statement *rows = sql_query(store, err, "%s", sql.data);
    text_free(&sql);
    double *numbers = heap_take((size_t)count, sizeof *numbers);
    const char **texts = heap_take((size_t)count, sizeof *texts);
    bool ok = true;
    while (ok && sql_next(store, rows, err)) {
        for (int i = 0; i < count; i++) {
            numbers[i] = sql_double(rows, i);
            texts[i] = sql_text(rows, i);
        }
        ok = each(context, numbers, texts, err);
        if (!ok)
            sql_drop(store, rows, err);
    }
    free(numbers);
    free(texts);
    return ok && sql_ok(store, err);
}
