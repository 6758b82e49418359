#include "results/schema.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/arena.h"

static const char *const KINDS[] = {"INTEGER", "REAL", "TEXT"};

static const char FIXED[] =
    "CREATE TABLE record(position INTEGER PRIMARY KEY, kind TEXT, name TEXT, file TEXT, text TEXT)"
    " STRICT;\n"
    "CREATE TABLE axis(position INTEGER PRIMARY KEY, name TEXT, count INTEGER, values_json TEXT,"
    " help TEXT) STRICT;\n"
    "CREATE TABLE field(id INTEGER PRIMARY KEY, used_in TEXT, name TEXT, kind TEXT, help TEXT)"
    " STRICT;\n"
    "CREATE TABLE word(field_id INTEGER, position INTEGER, word TEXT,"
    " PRIMARY KEY(field_id, position)) STRICT, WITHOUT ROWID;\n"
    "CREATE TABLE counter(name TEXT, value INTEGER) STRICT;\n"
    "CREATE TABLE why(kind TEXT, what TEXT, points INTEGER, nearest_id INTEGER, miss REAL)"
    " STRICT;\n"
    "CREATE VIEW infeasible_why AS SELECT CASE kind"
    " WHEN 'illegal' THEN 'not a legal design: ' WHEN 'where' THEN 'left out by where: '"
    " WHEN 'memory' THEN 'does not fit: ' WHEN 'keep' THEN 'left out by keep: '"
    " ELSE kind || ': ' END || what AS why,\n"
    "    points, round(100.0 * points / (SELECT nullif(watermark - \"first\", 0) FROM run), 3)"
    " AS percent,\n"
    "    nearest_id, CASE WHEN nearest_id IS NOT NULL AND miss IS NOT NULL"
    " THEN printf('point %d missed by %.3g %%', nearest_id, 100 * miss)"
    " WHEN nearest_id IS NOT NULL THEN printf('point %d', nearest_id) END AS nearest\n"
    "    FROM why ORDER BY points DESC, why;\n";

static const char *const STATE[] = {"first", "last", "watermark", "busy_s", "finished"};
static const char STATE_SQL[] = "\"first\" INTEGER, \"last\" INTEGER, watermark INTEGER,"
                                " busy_s REAL, finished INTEGER";
#define STATES ((int)(sizeof STATE / sizeof STATE[0]))

void schema_add_name(Text *sql, const char *name) {
    text_add(sql, "\"");
    for (const char *quote; (quote = strchr(name, '"')); name = quote + 1) {
        text_add_n(sql, name, (size_t)(quote - name) + 1);
        text_add(sql, "\"");
    }
    text_add(sql, name);
    text_add(sql, "\"");
}

static void add_column(Text *sql, const Column *column) {
    text_add(sql, ", ");
    schema_add_name(sql, column->name);
    text_addf(sql, " %s", KINDS[column->kind]);
}

static void add_table(Text *sql, const char *begin, const Column columns[], int count,
                      const char *end) {
    text_addf(sql, "CREATE TABLE %s", begin);
    for (int i = 0; i < count; i++)
        add_column(sql, &columns[i]);
    text_addf(sql, "%s;\n", end);
}

static void add_run(Text *sql, const StoreRun *run) {
    text_addf(sql, "CREATE TABLE run(");
    for (int i = 0; i < run->identity_count + run->fact_count; i++) {
        const StoreText *text =
            i < run->identity_count ? &run->identity[i] : &run->facts[i - run->identity_count];
        schema_add_name(sql, text->name);
        text_add(sql, " TEXT, ");
    }
    text_add(sql, STATE_SQL);
    for (int i = 0; i < run->constant_count; i++)
        add_column(sql, &run->constants[i].column);
    text_add(sql, ") STRICT;\n");
}

void schema_add_tables(Text *sql, const StoreRun *run) {
    const Column *columns = run->columns;
    add_run(sql, run);
    add_table(sql, "point(id INTEGER PRIMARY KEY", columns, run->column_count, ") STRICT");
    add_table(sql, "frontier(id INTEGER PRIMARY KEY", columns, run->column_count, ") STRICT");
    add_table(sql, "best(objective TEXT, id INTEGER", columns, run->column_count, ") STRICT");
    add_table(sql, "op(point_id INTEGER, position INTEGER", run->op_columns, run->op_column_count,
              ", PRIMARY KEY(point_id, position)) STRICT, WITHOUT ROWID");
    text_add(sql, FIXED);
}

// --- Names -----------------------------------------------------------------------------------------------------------

static int lower(char c) {
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

// SQLite's own notion of equal names: ASCII without case.
static int by_name(const void *a, const void *b) {
    const char *x = *(const char *const *)a, *y = *(const char *const *)b;
    while (*x && lower(*x) == lower(*y)) {
        x++;
        y++;
    }
    return lower(*x) - lower(*y);
}

static bool distinct(const char *table, const char **names, int count, Error *err) {
    qsort(names, (size_t)count, sizeof *names, by_name);
    for (int i = 1; i < count; i++)
        if (by_name(&names[i - 1], &names[i]) == 0)
            return error_set(err, "two columns of '%s' would be called '%.100s'", table, names[i]);
    return true;
}

static bool columns_distinct(Arena *arena, const char *table, const char *const own[2],
                             const Column columns[], int count, Error *err) {
    const char **names = arena_take(arena, ((size_t)count + 2) * sizeof *names);
    names[0] = own[0];
    names[1] = own[1];
    for (int i = 0; i < count; i++)
        names[i + 2] = columns[i].name;
    return distinct(table, names, count + 2, err);
}

static bool run_distinct(Arena *arena, const StoreRun *run, Error *err) {
    int most = STATES + run->identity_count + run->fact_count + run->constant_count, count = 0;
    const char **names = arena_take(arena, (size_t)most * sizeof *names);
    for (; count < STATES; count++)
        names[count] = STATE[count];
    for (int i = 0; i < run->identity_count; i++)
        names[count++] = run->identity[i].name;
    for (int i = 0; i < run->fact_count; i++)
        names[count++] = run->facts[i].name;
    for (int i = 0; i < run->constant_count; i++)
        names[count++] = run->constants[i].column.name;
    return distinct("run", names, count, err);
}

bool schema_check(const StoreRun *run, Error *err) {
    static const char *const POINT[] = {"id", "objective"}, *const OP[] = {"point_id", "position"};
    Arena *arena = arena_new();
    bool ok = run_distinct(arena, run, err) &&
              columns_distinct(arena, "point", POINT, run->columns, run->column_count, err) &&
              columns_distinct(arena, "op", OP, run->op_columns, run->op_column_count, err);
    arena_free(arena);
    return ok;
}

// --- The same run? ---------------------------------------------------------------------------------------------------

static bool same_text(const char *a, const char *b) {
    return a && b ? strcmp(a, b) == 0 : !a && !b;
}

static bool same_column(const Column *a, const Column *b) {
    if (a->kind != b->kind || !same_text(a->name, b->name))
        return false;
    if (a->kind != COLUMN_TEXT)
        return true;
    for (int i = 0; i < a->word_count && i < b->word_count; i++)
        if (!same_text(a->words[i], b->words[i]))
            return false;
    return a->word_count == b->word_count;
}

static bool same_columns(const char *table, const Column a[], int a_count, const Column b[],
                         int b_count, Error *err) {
    for (int i = 0; i < a_count && i < b_count; i++)
        if (!same_column(&a[i], &b[i]))
            return error_set(err, "column %d of '%s' differs: '%.100s', '%.100s'", i + 1, table,
                             a[i].name, b[i].name);
    if (a_count != b_count)
        return error_set(err, "'%s' has %d columns, not %d", table, a_count, b_count);
    return true;
}

bool schema_same_columns(const StoreRun *a, const StoreRun *b, Error *err) {
    return same_columns("point", a->columns, a->column_count, b->columns, b->column_count, err) &&
           same_columns("op", a->op_columns, a->op_column_count, b->op_columns, b->op_column_count,
                        err);
}

static const StoreText *find_text(const StoreText texts[], int count, const char *name) {
    for (int i = 0; i < count; i++)
        if (same_text(texts[i].name, name))
            return &texts[i];
    return NULL;
}

// How a text differs: short ones are shown.
static void differs(const char *name, const char *was, const char *is, Error *err) {
    if (was && is && strlen(was) < 80 && strlen(is) < 80)
        error_set(err, "this file holds another run: its %.100s is '%s', not '%s'", name, was, is);
    else
        error_set(err, "this file holds another run: its %.100s differs", name);
}

bool schema_same(const StoreRun *file, const StoreRun *run, Error *err) {
    for (int i = 0; i < run->identity_count; i++) {
        const StoreText *is = &run->identity[i];
        const StoreText *was = find_text(file->identity, file->identity_count, is->name);
        if (was && same_text(was->value, is->value))
            continue;
        differs(is->name, was ? was->value : NULL, is->value, err);
        return error_hint(err, "the %.100s has changed since; take another -o", is->name);
    }
    if (file->identity_count != run->identity_count || file->first != run->first ||
        file->last != run->last)
        error_set(err, "this file holds another run: %s differ",
                  file->identity_count != run->identity_count ? "the texts that tell runs apart"
                                                              : "its points");
    else if (schema_same_columns(file, run, err))
        return true;
    return error_hint(err, "take another -o");
}
