#include "validate/measurement.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/heap.h"
#include "validate/column.h"

const char *const RUN_STATUS_WORDS[RUN_STATUS_COUNT + 1] = {
    [RUN_MEASURED] = "measured",       [RUN_WRONG] = "wrong",
    [RUN_UNSUPPORTED] = "unsupported", [RUN_OUT_OF_MEMORY] = "out_of_memory",
    [RUN_TIMED_OUT] = "timed_out",     [RUN_CRASHED] = "crashed",
    [RUN_FAILED] = "failed",           [RUN_CHECKED] = "checked",
};

const char *const VERDICT_WORDS[VERDICT_COUNT + 1] = {
    [VERDICT_ONCE] = "once",     [VERDICT_SOUND] = "sound", [VERDICT_DIFFER] = "rounds_differ",
    [VERDICT_OTHERS] = "others", [VERDICT_STEAL] = "steal", [VERDICT_CLOCK] = "clock",
};

// clang-format off
#define TEXT(struct_, member, words)                                                               \
    {.name = #member, .kind = FIELD_TEXT, .offset = offsetof(struct_, member),                     \
     .capacity = sizeof(((struct_ *)0)->member), .help = words}

static const Field DEVICE_FIELDS[] = {
    TEXT(Device, backend, "what ran it: host or cuda"),
    TEXT(Device, device, "as the driver names it"),
    TEXT(Device, chip, "chipfit's name for it; empty: unknown"),
    TEXT(Device, driver, "version of the driver"),
    TEXT(Device, libraries, "kernel libraries with their versions"),
    TEXT(Device, version, "of the harness, by git describe"),
    {.name = "cores", .kind = FIELD_INT, .offset = offsetof(Device, cores), .min = 0, .max = 1e6,
     .help = "cores of the device"},
    {.name = "memory_bytes", .kind = FIELD_NUMBER, .offset = offsetof(Device, memory_bytes), .unit = UNIT_BYTES, .min = 0, .max = INFINITY,
     .help = "memory of the device"},
    {.name = "store_bytes", .kind = FIELD_NUMBER, .offset = offsetof(Device, store_bytes), .unit = UNIT_BYTES, .min = 0, .max = INFINITY,
     .help = "L2 or last-level cache of the device"},
    {.name = "launch_us", .kind = FIELD_NUMBER, .offset = offsetof(Device, launch_s), .unit = UNIT_S, .min = 0, .max = INFINITY,
     .help = "an empty kernel in a graph; host: an empty parallel region"},
};

#define NUMBER(label, member, unit_, words)                                                        \
    {.name = label, .kind = FIELD_NUMBER, .offset = offsetof(Measurement, member), .unit = unit_,  \
     .min = 0, .max = INFINITY, .help = words}
#define COUNT(label, member, least, most, words)                                                   \
    {.name = label, .kind = FIELD_INT, .offset = offsetof(Measurement, member), .min = least,      \
     .max = most, .help = words}
#define TIMING(word, member, conditions)                                                           \
    NUMBER(word "_us", member.median_s, UNIT_S, "median, " conditions),                            \
    NUMBER(word "_low_us", member.low_s, UNIT_S, "lower 95 % limit of the median"),                \
    NUMBER(word "_high_us", member.high_s, UNIT_S, "upper 95 % limit of the median"),              \
    NUMBER(word "_noise", member.noise, UNIT_NONE, "standard deviation over mean, outliers apart"), \
    COUNT(word "_count", member.count, 0, SAMPLES_MOST *ROUNDS_MOST, "samples of all rounds, outliers included"), \
    COUNT(word "_outliers", member.outliers, 0, SAMPLES_MOST, "samples of the round that were left out"), \
    COUNT(word "_settled", member.settled, -1, 1, "1: noise below the goal; 0: it settled above; -1: budget ran out"), \
    {.name = word "_verdict", .kind = FIELD_WORD, .offset = offsetof(Measurement, member.verdict), .words = VERDICT_WORDS, \
     .help = "sound: two rounds far apart agree; once: there was one; else what disturbed it"}

static const Field MEASUREMENT_FIELDS[] = {
    {.name = "status", .kind = FIELD_WORD, .offset = offsetof(Measurement, status), .words = RUN_STATUS_WORDS, .required = true,
     .help = "what came of it"},
    COUNT("parts", parts, 0, 65536, "rows that follow a layer's"),
    TEXT(Measurement, detail, "why not, or what is odd about it"),
    TEXT(Measurement, kernel, "library, algorithm, workspace"),
    TEXT(Measurement, time, "UTC, ISO 8601"),
    NUMBER("flop", flop, UNIT_FLOP, "by definition"),
    NUMBER("least_bytes", bytes, UNIT_BYTES, "each operand read or written once"),
    COUNT("checked", checked, 0, 1e9, "outputs compared with the reference"),
    NUMBER("error", error, UNIT_NONE, "largest deviation; inf: not a number"),
    NUMBER("tolerance", tolerance, UNIT_NONE, "deviation allowed"),
    NUMBER("clock_hz", clock_hz, UNIT_HZ, "mean during the run"),
    NUMBER("memory_clock_hz", memory_clock_hz, UNIT_HZ, "mean during the run"),
    NUMBER("temperature_c", temperature_c, UNIT_NONE, "mean during the run; 0: unknown"),
    NUMBER("power_w", power_w, UNIT_W, "mean during the run"),
    NUMBER("energy_j", energy_j, UNIT_J, "of one launch"),
    TEXT(Measurement, throttle, "reasons why clocks were lowered; empty: none seen"),
    COUNT("rounds", round_count, 0, ROUNDS_MOST, "visits, far apart in time, in which it was timed"),
    TIMING("cold", cold, "operands from memory"),
    TIMING("warm", warm, "operands as the run before left them"),
};
// clang-format on

const FieldTable DEVICE_TABLE = {
    .name = "device",
    .fields = DEVICE_FIELDS,
    .count = FIELD_COUNT(DEVICE_FIELDS),
    .size = sizeof(Device),
    .help = "what a measurement ran on",
};

const FieldTable MEASUREMENT_TABLE = {
    .name = "measurement",
    .fields = MEASUREMENT_FIELDS,
    .count = FIELD_COUNT(MEASUREMENT_FIELDS),
    .size = sizeof(Measurement),
    .help = "what came of running a task",
};

void measurement_init(Measurement *measurement, const Task *task) {
    memset(measurement, 0, sizeof *measurement);
    measurement->flop = task_flop(task);
    measurement->bytes = task_bytes(task);
}

// What is written of each round.
static const char *const ROUND_NAMES[] = {"rounds_taken", "rounds_stolen",
                                          "rounds_pulse_flop_per_s"};
#define ROUND_COLUMNS FIELD_COUNT(ROUND_NAMES)

static double *round_value(Round *round, int column) {
    double *const values[] = {&round->taken, &round->stolen, &round->pulse_flop_per_s};
    return values[column];
}

void measurement_header(Text *out) {
    columns_header(&TASK_TABLE, out);
    text_add(out, ",");
    columns_header(&DEVICE_TABLE, out);
    text_add(out, ",");
    columns_header(&MEASUREMENT_TABLE, out);
    text_add(out, ",cold_samples_us,warm_samples_us");
    for (int i = 0; i < ROUND_COLUMNS; i++)
        text_addf(out, ",%s", ROUND_NAMES[i]);
    text_add(out, "\n");
}

static void add_samples(const Timing *timing, Text *out) {
    int round = 0, end = timing->round_counts[0];
    text_add(out, ",");
    for (int i = 0; i < timing->count; i++) {
        bool next = i > 0 && i == end && round + 1 < ROUNDS_MOST;
        text_add(out, next ? "; " : i ? " " : "");
        end += next ? timing->round_counts[++round] : 0;
        column_add_us(out, timing->samples_s[i]);
    }
}

static void add_rounds(const Measurement *measurement, int column, Text *out) {
    text_add(out, ",");
    for (int i = 0; i < measurement->round_count; i++) {
        text_add(out, i ? " " : "");
        Round round = measurement->rounds[i];
        text_add_number(out, *round_value(&round, column));
    }
}

void measurement_row(Text *out, const Task *task, const Device *device,
                     const Measurement *measurement) {
    columns_write(&TASK_TABLE, task, out);
    text_add(out, ",");
    columns_write(&DEVICE_TABLE, device, out);
    text_add(out, ",");
    columns_write(&MEASUREMENT_TABLE, measurement, out);
    add_samples(&measurement->cold, out);
    add_samples(&measurement->warm, out);
    for (int i = 0; i < ROUND_COLUMNS; i++)
        add_rounds(measurement, i, out);
    text_add(out, "\n");
}

static bool refuse(const Csv *csv, const char *column, const char *at, const char *what,
                   Error *err) {
    error_set(err, "%s: '%.40s' is not %s", column, at, what);
    return csv_where(csv, err);
}

// As many samples as the row says that there are, or none; semicolons stand between rounds.
static bool read_samples(const Csv *csv, const char *column, Timing *timing, Error *err) {
    const char *at = csv_cell(csv, csv_column(csv, column));
    int count = 0, round = 0;
    while (*at) {
        const char *end;
        double seconds = column_seconds(at, &end);
        if (end == at || (*end && *end != ' ' && *end != ';') || !(seconds >= 0) || isinf(seconds))
            return refuse(csv, column, at, "a time", err);
        if (count < SAMPLES_MOST * ROUNDS_MOST)
            timing->samples_s[count] = seconds;
        timing->round_counts[round]++;
        count++;
        if (*end == ';' && ++round == ROUNDS_MOST)
            return refuse(csv, column, end, "a round that there may be", err);
        end += *end == ';';
        at = end + strspn(end, " ");
    }
    if (count != timing->count) {
        error_set(err, "%s: holds %d samples, where the row counts %d", column, count,
                  timing->count);
        return csv_where(csv, err);
    }
    for (int i = 0; i <= round && count > 0; i++)
        if (timing->round_counts[i] == 0 || timing->round_counts[i] > SAMPLES_MOST)
            return refuse(csv, column, "", "a round of 1 to 64 samples", err);
    return true;
}

// One number a round, or nothing.
static bool read_rounds(const Csv *csv, int column, Measurement *measurement, Error *err) {
    const char *at = csv_cell(csv, csv_column(csv, ROUND_NAMES[column]));
    for (int i = 0; *at; i++) {
        char *end;
        double value = strtod(at, &end);
        if (end == at || (*end && *end != ' ') || !(value >= 0) || isinf(value) ||
            i == measurement->round_count)
            return refuse(csv, ROUND_NAMES[column], at, "a number of a round", err);
        *round_value(&measurement->rounds[i], column) = value;
        at = end + strspn(end, " ");
    }
    return true;
}

static bool read_result(const Csv *csv, Result *result, Error *err) {
    return columns_read(&TASK_TABLE, csv, &result->task, err) &&
           columns_read(&DEVICE_TABLE, csv, &result->device, err) &&
           columns_read(&MEASUREMENT_TABLE, csv, &result->measurement, err) &&
           (task_finish(&result->task, err) || csv_where(csv, err)) &&
           read_samples(csv, "cold_samples_us", &result->measurement.cold, err) &&
           read_samples(csv, "warm_samples_us", &result->measurement.warm, err) &&
           read_rounds(csv, 0, &result->measurement, err) &&
           read_rounds(csv, 1, &result->measurement, err) &&
           read_rounds(csv, 2, &result->measurement, err);
}

static void results_add(Results *results, const Result *result) {
    if (results->count == results->capacity) {
        results->capacity = results->capacity ? 2 * results->capacity : 64;
        results->list =
            (Result *)heap_resize(results->list, results->capacity, sizeof *results->list);
    }
    results->list[results->count++] = *result;
}

void results_free(Results *results) {
    free(results->list);
    *results = (Results){0};
}

// How many parts of the last layer are still to come. `layer` is its index, or -1.
static int parts_missing(const Results *results, int layer) {
    if (layer < 0)
        return 0;
    return results->list[layer].measurement.parts - (results->count - 1 - layer);
}

// Takes a row; *layer is the layer whose parts are being read.
static bool take(Results *results, const Csv *csv, const Result *result, int *layer, Error *err) {
    bool part = parts_missing(results, *layer) > 0;
    if (part && result->task.layer != results->list[*layer].task.id) {
        error_set(err, "layer: a part of layer %d should stand here",
                  results->list[*layer].task.id);
        return csv_where(csv, err);
    }
    if (!part)
        *layer = result->measurement.parts > 0 ? results->count : -1;
    results_add(results, result);
    if (parts_missing(results, *layer) == 0)
        results->whole = csv->at;
    return true;
}

static bool same_rows(const Result *a, const Result *b) {
    return a->task.id == b->task.id && task_same(&a->task, &b->task) &&
           a->measurement.parts == b->measurement.parts &&
           strcmp(a->device.backend, b->device.backend) == 0 &&
           strcmp(a->device.device, b->device.device) == 0;
}

// Of a run that was cut off rows of one task stand there after each round: the last is all of them.
static void drop_earlier(Results *results) {
    int kept = 0, rows;
    for (int i = 0; i < results->count; i += rows) {
        const Result *row = &results->list[i];
        int later = i + 1 + row->measurement.parts;
        rows = 1 + row->measurement.parts;
        while (later < results->count &&
               !(row->measurement.round_count > 0 && same_rows(row, &results->list[later]) &&
                 results->list[later].measurement.round_count > row->measurement.round_count))
            later += 1 + results->list[later].measurement.parts;
        if (later < results->count)
            continue;
        memmove(&results->list[kept], row, (size_t)rows * sizeof *row);
        kept += rows;
    }
    results->count = kept;
}

static bool read_rows(Results *results, Csv *csv, bool *cut, Error *err) {
    int layer = -1;
    CsvResult got;
    while ((got = csv_next(csv, err)) != CSV_END) {
        Result result;
        if (got != CSV_ROW || !read_result(csv, &result, err) ||
            !take(results, csv, &result, &layer, err))
            return false;
    }
    if (parts_missing(results, layer) > 0) {
        results->count = layer;
        *cut = true;
    }
    drop_earlier(results);
    return true;
}

bool results_read(Results *results, const char *name, const char *text, size_t size, bool *cut,
                  Error *err) {
    size_t lines = size;
    while (lines > 0 && text[lines - 1] != '\n')
        lines--;
    *results = (Results){0};
    *cut = lines < size;
    if (lines == 0) {
        error_set(err, "there is no header line");
        return error_where(err, name, 1);
    }
    Csv csv;
    bool good = csv_begin(&csv, name, text, lines, err);
    results->whole = csv.at;
    if (good && (csv_column(&csv, "kind") < 0 || csv_column(&csv, "status") < 0)) {
        error_set(err, "there is no column '%s'; this is no results file",
                  csv_column(&csv, "kind") < 0 ? "kind" : "status");
        good = csv_where(&csv, err);
    }
    good = good && read_rows(results, &csv, cut, err);
    csv_end(&csv);
    return good;
}
