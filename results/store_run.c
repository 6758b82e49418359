#include <math.h>
#include <string.h>

#include "results/schema.h"
#include "results/sql.h"

static const char *const KIND_NAMES[] = {"integer", "real", "text"};

// --- Saving ----------------------------------------------------------------------------------------------------------

bool sql_is_integer(double value) {
    return fabs(value) <= 0x1p53 && (double)(int64_t)value == value;
}

static void save_field(Store *store, const char *used_in, const Column *column, Error *err) {
    int64_t id = sql_number(store, "SELECT count(*) + 1 FROM field", err);
    sql_put(store, err, "INSERT INTO field VALUES(?, ?, ?, ?, ?)", "itttt", id, used_in,
            column->name, KIND_NAMES[column->kind], column->help);
    for (int i = 0; column->kind == COLUMN_TEXT && i < column->word_count; i++)
        sql_put(store, err, "INSERT INTO word VALUES(?, ?, ?)", "iit", id, (int64_t)i,
                column->words[i]);
}

static void save_value(Store *store, const Column *column, double value, Error *err) {
    Text sql = {0};
    text_add(&sql, "UPDATE run SET ");
    schema_add_name(&sql, column->name);
    text_add(&sql, " = ?");
    if (column->kind == COLUMN_TEXT && !isnan(value))
        sql_put(store, err, sql.data, "t", column->words[(int)value]);
    else if (column->kind == COLUMN_INTEGER && sql_is_integer(value))
        sql_put(store, err, sql.data, "i", (int64_t)value);
    else
        sql_put(store, err, sql.data, "r", value);
    text_free(&sql);
}

bool run_save_text(Store *store, const StoreText *text, Error *err) {
    Column column = {.name = text->name, .kind = COLUMN_TEXT, .words = &text->value};
    save_value(store, &column, text->value ? 0 : NAN, err);
    return sql_ok(store, err);
}

static void save_texts(Store *store, const char *used_in, const StoreText texts[], int count,
                       Error *err) {
    for (int i = 0; i < count; i++) {
        save_field(store, used_in, &(Column){.name = texts[i].name, .kind = COLUMN_TEXT}, err);
        run_save_text(store, &texts[i], err);
    }
}

bool run_save(Store *store, const StoreRun *run, Error *err) {
    sql_put(store, err,
            "INSERT INTO run(\"first\", \"last\", watermark, busy_s, finished)"
            " VALUES(?1, ?2, ?1, 0, 0)",
            "ii", run->first, run->last);
    save_texts(store, "identity", run->identity, run->identity_count, err);
    save_texts(store, "fact", run->facts, run->fact_count, err);
    for (int i = 0; i < run->constant_count; i++) {
        save_field(store, "constant", &run->constants[i].column, err);
        save_value(store, &run->constants[i].column, run->constants[i].value, err);
    }
    for (int i = 0; i < run->column_count; i++)
        save_field(store, "point", &run->columns[i], err);
    for (int i = 0; i < run->op_column_count; i++)
        save_field(store, "op", &run->op_columns[i], err);
    for (int i = 0; i < run->axis_count; i++) {
        const StoreAxis *axis = &run->axes[i];
        sql_put(store, err, "INSERT INTO axis VALUES(?, ?, ?, ?, ?)", "ititt", (int64_t)i,
                axis->name, axis->count, axis->values, axis->help);
    }
    for (int i = 0; i < run->record_count; i++) {
        const StoreRecord *record = &run->records[i];
        sql_put(store, err, "INSERT INTO record VALUES(?, ?, ?, ?, ?)", "itttt", (int64_t)i,
                record->kind, record->name, record->file, record->text);
    }
    return sql_ok(store, err);
}

bool run_save_state(Store *store, const StoreState *state, Error *err) {
    sql_put(store, err, "UPDATE run SET watermark = ?, busy_s = ?", "ir", state->watermark,
            state->busy_s);
    sql_put(store, err, "DELETE FROM counter", "");
    for (int i = 0; i < state->counter_count; i++)
        sql_put(store, err, "INSERT INTO counter VALUES(?, ?)", "ti", state->counters[i].name,
                state->counters[i].value);
    sql_put(store, err, "DELETE FROM why", "");
    for (int i = 0; i < state->why_count; i++) {
        const StoreWhy *why = &state->whys[i];
        sql_put(store, err, "INSERT INTO why VALUES(?, ?, ?, nullif(?, -1), ?)", "ttiir", why->kind,
                why->what, why->points, why->nearest_id, why->miss);
    }
    return sql_ok(store, err);
}

bool store_commit(Store *store, const StoreState *state, Error *err) {
    return run_save_state(store, state, err) && sql_put(store, err, "COMMIT", "") &&
           sql_put(store, err, "BEGIN IMMEDIATE", "");
}

// --- Loading ---------------------------------------------------------------------------------------------------------

// Room for all rows of a statement whose last column counts them, taken at its first row.
static void *room(Arena *arena, void *array, Statement *rows, size_t size) {
    return array ? array : arena_take(arena, (size_t)sql_int64(rows, sql_columns(rows) - 1) * size);
}

static const char *text_at(Statement *row, int column, Arena *arena) {
    const char *text = sql_text(row, column);
    return text ? arena_text(arena, text) : NULL;
}

static const char *name_at(Statement *row, int column, Arena *arena) {
    const char *name = text_at(row, column, arena);
    return name ? name : "";
}

static const char *const *load_words(Store *store, int64_t field, int *count, Arena *arena,
                                     Error *err) {
    Statement *rows = sql_query(store, err,
                                "SELECT word, count(*) OVER () FROM word"
                                " WHERE field_id = %lld ORDER BY position",
                                (long long)field);
    const char **words = NULL;
    for (*count = 0; sql_next(store, rows, err);) {
        words = room(arena, words, rows, sizeof *words);
        words[(*count)++] = name_at(rows, 0, arena);
    }
    return words;
}

static Column *load_columns(Store *store, const char *used_in, int *count, Arena *arena,
                            Error *err) {
    Statement *rows = sql_query(store, err,
                                "SELECT id, name, kind, help, count(*) OVER ()"
                                " FROM field WHERE used_in = %Q ORDER BY id",
                                used_in);
    Column *columns = NULL;
    for (*count = 0; sql_next(store, rows, err);) {
        columns = room(arena, columns, rows, sizeof *columns);
        Column *column = &columns[(*count)++];
        *column = (Column){.name = name_at(rows, 1, arena), .help = text_at(rows, 3, arena)};
        const char *kind = name_at(rows, 2, arena);
        while (column->kind < COLUMN_TEXT && strcmp(kind, KIND_NAMES[column->kind]) != 0)
            column->kind++;
        if (column->kind == COLUMN_TEXT)
            column->words = load_words(store, sql_int64(rows, 0), &column->word_count, arena, err);
    }
    return columns;
}

double run_value(Store *store, Statement *row, int i, const Column *column, Error *err) {
    if (column->kind != COLUMN_TEXT)
        return sql_double(row, i);
    const char *text = sql_text(row, i);
    if (!text)
        return NAN;
    for (int word = 0; word < column->word_count; word++)
        if (strcmp(column->words[word], text) == 0)
            return word;
    sql_damaged(store, err, "'%.100s' is no word of column '%.100s'", text, column->name);
    return NAN;
}

static const StoreText *load_texts(Store *store, const char *used_in, int *count, Arena *arena,
                                   Error *err) {
    const Column *columns = load_columns(store, used_in, count, arena, err);
    StoreText *texts = arena_take(arena, ((size_t)*count + 1) * sizeof *texts);
    for (int i = 0; i < *count; i++) {
        texts[i].name = columns[i].name;
        Statement *row = sql_query(store, err, "SELECT run.\"%w\" FROM run", columns[i].name);
        while (sql_next(store, row, err))
            texts[i].value = text_at(row, 0, arena);
    }
    return texts;
}

static const StoreConstant *load_constants(Store *store, int *count, Arena *arena, Error *err) {
    const Column *columns = load_columns(store, "constant", count, arena, err);
    StoreConstant *constants = arena_take(arena, ((size_t)*count + 1) * sizeof *constants);
    for (int i = 0; i < *count; i++) {
        constants[i] = (StoreConstant){columns[i], NAN};
        Statement *row = sql_query(store, err, "SELECT run.\"%w\" FROM run", columns[i].name);
        while (sql_next(store, row, err))
            constants[i].value = run_value(store, row, 0, &columns[i], err);
    }
    return constants;
}

static const StoreAxis *load_axes(Store *store, int *count, Arena *arena, Error *err) {
    Statement *rows = sql_query(store, err,
                                "SELECT name, count, values_json, help,"
                                " count(*) OVER () FROM axis ORDER BY position");
    StoreAxis *axes = NULL;
    for (*count = 0; sql_next(store, rows, err);) {
        axes = room(arena, axes, rows, sizeof *axes);
        axes[(*count)++] = (StoreAxis){name_at(rows, 0, arena), sql_int64(rows, 1),
                                       text_at(rows, 2, arena), text_at(rows, 3, arena)};
    }
    return axes;
}

static const StoreRecord *load_records(Store *store, int *count, Arena *arena, Error *err) {
    Statement *rows = sql_query(store, err,
                                "SELECT kind, name, file, text, count(*) OVER ()"
                                " FROM record ORDER BY position");
    StoreRecord *records = NULL;
    for (*count = 0; sql_next(store, rows, err);) {
        records = room(arena, records, rows, sizeof *records);
        records[(*count)++] = (StoreRecord){name_at(rows, 0, arena), name_at(rows, 1, arena),
                                            text_at(rows, 2, arena), text_at(rows, 3, arena)};
    }
    return records;
}

bool run_load(Store *store, StoreRun *run, Arena *arena, Error *err) {
    run->identity = load_texts(store, "identity", &run->identity_count, arena, err);
    run->facts = load_texts(store, "fact", &run->fact_count, arena, err);
    run->constants = load_constants(store, &run->constant_count, arena, err);
    run->axes = load_axes(store, &run->axis_count, arena, err);
    run->records = load_records(store, &run->record_count, arena, err);
    run->columns = load_columns(store, "point", &run->column_count, arena, err);
    run->op_columns = load_columns(store, "op", &run->op_column_count, arena, err);
    run->first = sql_number(store, "SELECT run.\"first\" FROM run", err);
    run->last = sql_number(store, "SELECT run.\"last\" FROM run", err);
    return sql_ok(store, err);
}

bool store_state(Store *store, StoreState *state, Error *err) {
    Arena *arena = store_arena(store);
    *state = (StoreState){.watermark = sql_number(store, "SELECT watermark FROM run", err)};
    Statement *rows = sql_query(store, err, "SELECT busy_s FROM run");
    while (sql_next(store, rows, err))
        state->busy_s = sql_double(rows, 0);
    StoreNumber *counters = NULL;
    rows = sql_query(store, err,
                     "SELECT name, value, count(*) OVER () FROM counter"
                     " ORDER BY rowid");
    while (sql_next(store, rows, err)) {
        state->counters = counters = room(arena, counters, rows, sizeof *counters);
        counters[state->counter_count++] =
            (StoreNumber){name_at(rows, 0, arena), sql_int64(rows, 1)};
    }
    StoreWhy *whys = NULL;
    rows = sql_query(store, err,
                     "SELECT kind, what, points, ifnull(nearest_id, -1), miss,"
                     " count(*) OVER () FROM why ORDER BY rowid");
    while (sql_next(store, rows, err)) {
        state->whys = whys = room(arena, whys, rows, sizeof *whys);
        whys[state->why_count++] =
            (StoreWhy){name_at(rows, 0, arena), name_at(rows, 1, arena), sql_int64(rows, 2),
                       sql_int64(rows, 3), sql_double(rows, 4)};
    }
    return sql_ok(store, err);
}

const char *store_text(const Store *store, const char *name) {
    const StoreRun *run = store_run(store);
    for (int i = 0; i < run->identity_count; i++)
        if (strcmp(run->identity[i].name, name) == 0)
            return run->identity[i].value;
    for (int i = 0; i < run->fact_count; i++)
        if (strcmp(run->facts[i].name, name) == 0)
            return run->facts[i].value;
    return NULL;
}
