#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lua/commands.h"
#include "lua/validation.h"
#include "results/tables.h"
#include "validate/rounds.h"

// Rows while they are made: a text column's words are its own texts, one a row.
typedef struct Sheet {
    Arena *arena;
    Column *columns;
    int column_count, row_count;
    double *values;
    int64_t *ids;
    int row; // at hand
    int at;  // column that comes next in the row at hand
} Sheet;

#define SHEET_COLUMNS 128

static Sheet sheet_new(int rows, int64_t first_id) {
    Arena *arena = arena_new();
    size_t count = (size_t)(rows > 0 ? rows : 1);
    Sheet sheet = {.arena = arena,
                   .columns = arena_take(arena, SHEET_COLUMNS * sizeof *sheet.columns),
                   .row_count = rows,
                   .values = arena_take(arena, count * SHEET_COLUMNS * sizeof *sheet.values),
                   .ids = arena_take(arena, count * sizeof *sheet.ids)};
    for (int i = 0; i < rows; i++)
        sheet.ids[i] = first_id + i;
    return sheet;
}

// The place of the next value; in the first row its column is made.
static double *next(Sheet *sheet, const char *name, ColumnKind kind, const char *help) {
    if (sheet->row == 0) {
        sheet->columns[sheet->at] = (Column){arena_text(sheet->arena, name), kind, NULL, 0, help};
        if (kind == COLUMN_TEXT)
            sheet->columns[sheet->at].words =
                arena_take(sheet->arena, (size_t)sheet->row_count * sizeof(char *));
        sheet->columns[sheet->at].word_count = kind == COLUMN_TEXT ? sheet->row_count : 0;
        sheet->column_count++;
    }
    return &sheet->values[(size_t)sheet->row * SHEET_COLUMNS + (size_t)sheet->at++];
}

static void put_number(Sheet *sheet, const char *name, double value, const char *help) {
    *next(sheet, name, COLUMN_REAL, help) = value;
}

static void put_whole(Sheet *sheet, const char *name, double value, const char *help) {
    *next(sheet, name, COLUMN_INTEGER, help) = value;
}

// NULL: null.
static void put_text(Sheet *sheet, const char *name, const char *text, const char *help) {
    double *value = next(sheet, name, COLUMN_TEXT, help);
    const char **words = (const char **)(const void *)sheet->columns[sheet->at - 1].words;
    *value = text ? sheet->row : (double)NAN;
    words[sheet->row] = arena_text(sheet->arena, text ? text : "");
}

static void next_row(Sheet *sheet) {
    sheet->row++;
    sheet->at = 0;
}

static bool sheet_store(Sheet *sheet, Store *store, const char *table, Error *err) {
    // Rows stand SHEET_COLUMNS apart while they are made.
    for (int i = 1; i < sheet->row_count; i++)
        memmove(sheet->values + (size_t)i * (size_t)sheet->column_count,
                sheet->values + (size_t)i * SHEET_COLUMNS,
                (size_t)sheet->column_count * sizeof *sheet->values);
    Rows rows = {sheet->column_count, sheet->row_count, sheet->ids, sheet->values};
    return sheet->row_count == 0 || tables_add(store, table, sheet->columns, &rows, err);
}

// --- Measurements ------------------------------------------------------------------------------------------------------

// "cold_low_us" in a file is cold_low_s here.
static void column_name(const Field *field, char *name, size_t size) {
    snprintf(name, size, "%s", field->name);
    size_t length = strlen(name);
    if (field->unit == UNIT_S && length > 3 && strcmp(name + length - 3, "_us") == 0)
        memcpy(name + length - 3, "_s", 3);
    if (strcmp(name, "id") == 0)
        snprintf(name, size, "task_id");
}

static bool zero_is_unknown(Unit unit) {
    return unit == UNIT_S || unit == UNIT_HZ || unit == UNIT_W || unit == UNIT_J;
}

static void put_fields(Sheet *sheet, const FieldTable *table, const void *object) {
    for (int i = 0; i < table->count; i++) {
        const Field *field = &table->fields[i];
        const void *at = (const char *)object + field->offset;
        double value = field_number(field, object);
        char name[64];
        column_name(field, name, sizeof name);
        if (field->kind == FIELD_TEXT)
            put_text(sheet, name, (const char *)at, field->help);
        else if (field->kind == FIELD_WORD)
            put_text(sheet, name, field->words[(int)value], field->help);
        else if (field->kind == FIELD_INT)
            put_whole(sheet, name, value, field->help);
        else
            put_number(sheet, name,
                       (value == 0 && zero_is_unknown(field->unit)) || isinf(value) ? (double)NAN
                                                                                    : value,
                       field->help);
    }
}

static void put_samples(Sheet *sheet, const char *name, const Timing *timing) {
    Text text = {0};
    text_add(&text, "[");
    for (int i = 0; i < timing->count; i++) {
        text_add(&text, i ? "," : "");
        text_add_number(&text, timing->samples_s[i]);
    }
    text_add(&text, "]");
    put_text(sheet, name, text.data, "every sample");
    text_free(&text);
}

// One number a round: medians, or what was seen of the machine.
static void put_rounds(Sheet *sheet, const char *name, const Measurement *measurement,
                       double (*value)(const Measurement *measurement, int round),
                       const char *help) {
    Text text = {0};
    text_add(&text, "[");
    for (int i = 0; i < measurement->round_count; i++) {
        text_add(&text, i ? "," : "");
        text_add_number(&text, value(measurement, i));
    }
    text_add(&text, "]");
    put_text(sheet, name, text.data, help);
    text_free(&text);
}

static double cold_of(const Measurement *measurement, int round) {
    return rounds_timing(&measurement->cold, round).median_s;
}

static double warm_of(const Measurement *measurement, int round) {
    return rounds_timing(&measurement->warm, round).median_s;
}

static double taken_of(const Measurement *measurement, int round) {
    return measurement->rounds[round].taken;
}

static double stolen_of(const Measurement *measurement, int round) {
    return measurement->rounds[round].stolen;
}

static double pulse_of(const Measurement *measurement, int round) {
    return measurement->rounds[round].pulse_flop_per_s;
}

static bool store_measurements(const Validation *validation, Store *store, const char *source,
                               int64_t first, Error *err) {
    const Results *results = &validation->results;
    Sheet sheet = sheet_new(results->count, first);
    for (int i = 0; i < results->count; i++, next_row(&sheet)) {
        const Result *result = &results->list[i];
        put_text(&sheet, "source", source, "of the shapes");
        put_fields(&sheet, &TASK_TABLE, &result->task);
        put_fields(&sheet, &DEVICE_TABLE, &result->device);
        put_fields(&sheet, &MEASUREMENT_TABLE, &result->measurement);
        put_samples(&sheet, "cold_samples_s", &result->measurement.cold);
        put_samples(&sheet, "warm_samples_s", &result->measurement.warm);
        put_rounds(&sheet, "rounds_cold_s", &result->measurement, cold_of, "median of each round");
        put_rounds(&sheet, "rounds_warm_s", &result->measurement, warm_of, "median of each round");
        put_rounds(&sheet, "rounds_taken", &result->measurement, taken_of,
                   "share of the cores' time that other programs had in each round");
        put_rounds(&sheet, "rounds_stolen", &result->measurement, stolen_of,
                   "share of the cores' time that the hypervisor kept");
        put_rounds(&sheet, "rounds_pulse_flop_per_s", &result->measurement, pulse_of,
                   "multiply-adds in registers between the samples");
    }
    bool good = sheet_store(&sheet, store, "measurement", err);
    arena_free(sheet.arena);
    return good;
}

// --- Predictions -------------------------------------------------------------------------------------------------------

static void put_prediction(Sheet *sheet, const Validation *validation, const Compared *row,
                           Mode mode, int64_t measurement_id) {
    const Predicted *predicted = &row->modes[mode];
    put_whole(sheet, "measurement_id", (double)measurement_id, NULL);
    put_text(sheet, "mode", MODE_WORDS[mode], NULL);
    put_text(sheet, "cache", validation->options.warm ? "warm" : "cold", "which times it predicts");
    put_text(sheet, "op", row->op, "class of kernel");
    put_text(sheet, "format", row->format, NULL);
    put_text(sheet, "chip", validation->chip ? validation->chip->name : row->result->device.chip,
             "whose constants were taken");
    put_text(sheet, "version", CHIPFIT_VERSION, "of chipfit");
    put_number(sheet, "predicted_s", predicted->time_s, NULL);
    put_number(sheet, "low_s", predicted->interval ? predicted->low_s : (double)NAN, "90 %");
    put_number(sheet, "high_s", predicted->interval ? predicted->high_s : (double)NAN, "90 %");
    put_number(sheet, "peak_s", row->peak_s, "its FLOP at the dense peak");
    put_number(sheet, "mfu", predicted->mfu, NULL);
    put_number(sheet, "energy_j", predicted->energy_j, NULL);
    put_whole(sheet, "extrapolated", predicted->extrapolated, NULL);
    next_row(sheet);
}

static bool store_predictions(const Validation *validation, Store *store, int64_t first,
                              Error *err) {
    int count = 0;
    for (int i = 0; i < validation->count; i++)
        for (int mode = 0; mode < MODE_COUNT; mode++)
            count += validation->rows[i].modes[mode].known;
    int64_t next_id = tables_next_id(store, "prediction", err);
    Sheet sheet = sheet_new(count, next_id);
    for (int i = 0; i < validation->count; i++) {
        const Compared *row = &validation->rows[i];
        for (int mode = 0; mode < MODE_COUNT; mode++)
            if (row->modes[mode].known)
                put_prediction(&sheet, validation, row, (Mode)mode,
                               first + (row->result - validation->results.list));
    }
    bool good = sheet_store(&sheet, store, "prediction", err);
    arena_free(sheet.arena);
    return good;
}

// clang-format off
static const char VIEW[] =
    "WITH p AS (SELECT *, CASE cache WHEN 'warm' THEN 'warm' ELSE 'cold' END AS how FROM prediction)\n"
    "SELECT m.id, m.task_id, m.name, d.op, d.format, m.backend, m.device, d.chip, m.status, d.how AS cache,\n"
    "    t.measured_s, d.predicted_s AS datasheet_s, c.predicted_s AS calibrated_s, c.low_s, c.high_s,\n"
    "    d.predicted_s / t.measured_s - 1 AS datasheet_error, c.predicted_s / t.measured_s - 1 AS calibrated_error,\n"
    "    CASE WHEN c.low_s IS NOT NULL THEN t.measured_s BETWEEN c.low_s AND c.high_s END AS inside,\n"
    "    d.mfu AS datasheet_mfu, c.mfu AS calibrated_mfu, nullif(d.peak_s, 0) / t.measured_s AS measured_mfu,\n"
    "    coalesce(d.peak_s > t.measured_s, 0) AS above_peak, coalesce(c.energy_j, d.energy_j) AS predicted_j,\n"
    "    m.energy_j AS measured_j, t.noise, t.settled, t.verdict, m.rounds, c.extrapolated\n"
    "FROM measurement m\n"
    "JOIN p d ON d.measurement_id = m.id AND d.mode = 'datasheet'\n"
    "LEFT JOIN p c ON c.measurement_id = m.id AND c.mode = 'calibrated' AND c.cache = d.cache\n"
    "JOIN (SELECT id, 'cold' AS how, cold_s AS measured_s, cold_noise AS noise, cold_settled AS settled,\n"
    "    cold_verdict AS verdict FROM measurement\n"
    "    UNION ALL SELECT id, 'warm', warm_s, warm_noise, warm_settled, warm_verdict FROM measurement) t\n"
    "    ON t.id = m.id AND t.how = d.how\n"
    "ORDER BY m.id";
// clang-format on

// A results file that is taken in again, or grew, replaces what is there of it.
static bool replace(Store *store, Error *err) {
    static const char *const SAME[] = {"device", "time", "task_id", "kind",   "a",      "b",
                                       "m",      "n",    "k",       "kv_len", "cold_s", "warm_s"};
    return tables_keep_last(store, "measurement", SAME, FIELD_COUNT(SAME), err) &&
           tables_drop_orphans(store, "prediction", "measurement_id", "measurement", err);
}

bool validation_store(const Validation *validation, const char *path, const char *source,
                      bool *machine, Error *err) {
    *machine = false;
    Store *store = store_extend(path, machine, err);
    if (!store)
        return false;
    int64_t first = tables_next_id(store, "measurement", err);
    bool good = store_measurements(validation, store, source, first, err) &&
                store_predictions(validation, store, first, err) && replace(store, err) &&
                tables_view(store, "validation", VIEW, err) && store_seal(store, err);
    store_close(store);
    return good;
}
