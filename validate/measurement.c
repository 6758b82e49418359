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
    COUNT(word "_count", member.count, 0, SAMPLES_MOST, "samples, outliers included"),             \
    COUNT(word "_outliers", member.outliers, 0, SAMPLES_MOST, "samples left out"),                 \
    COUNT(word "_settled", member.settled, -1, 1, "1: noise below the goal; 0: it settled above; -1: budget ran out")

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

void measurement_header(Text *out) {
    columns_header(&TASK_TABLE, out);
    text_add(out, ",");
    columns_header(&DEVICE_TABLE, out);
    text_add(out, ",");
    columns_header(&MEASUREMENT_TABLE, out);
    text_add(out, ",cold_samples_us,warm_samples_us\n");
}

static void add_samples(const Timing *timing, Text *out) {
    text_add(out, ",");
    for (int i = 0; i < timing->count; i++) {
        text_add(out, i ? " " : "");
        column_add_us(out, timing->samples_s[i]);
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
    text_add(out, "\n");
}

// As many samples as the row says that there are, or none.
static bool read_samples(const Csv *csv, const char *column, Timing *timing, Error *err) {
    const char *at = csv_cell(csv, csv_column(csv, column));
    int count = 0;
    while (*at) {
        const char *end;
        double seconds = column_seconds(at, &end);
        if (end == at || (*end && *end != ' ') || !(seconds >= 0) || isinf(seconds)) {
            error_set(err, "%s: '%.40s' is not a time", column, at);
            return csv_where(csv, err);
        }
        if (count < SAMPLES_MOST)
            timing->samples_s[count] = seconds;
        count++;
        at = end + strspn(end, " ");
    }
    if (count != timing->count) {
        error_set(err, "%s: holds %d samples, where the row counts %d", column, count,
                  timing->count);
        return csv_where(csv, err);
    }
    return true;
}

static bool read_result(const Csv *csv, Result *result, Error *err) {
    return columns_read(&TASK_TABLE, csv, &result->task, err) &&
           columns_read(&DEVICE_TABLE, csv, &result->device, err) &&
           columns_read(&MEASUREMENT_TABLE, csv, &result->measurement, err) &&
           (task_finish(&result->task, err) || csv_where(csv, err)) &&
           read_samples(csv, "cold_samples_us", &result->measurement.cold, err) &&
           read_samples(csv, "warm_samples_us", &result->measurement.warm, err);
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
