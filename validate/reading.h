// reading.h — a row of a CSV file while it is read: its cells as numbers, formats and ops. For the readers of row.c and
// row_links.c only.
#ifndef VALIDATE_READING_H
#define VALIDATE_READING_H

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/hash.h"
#include "validate/row.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SIZE_MOST    1e15
#define EXPERTS_MOST 65536.0
#define GPUS_MOST    1e5
#define TIME_MOST_US 1e10
// Of a store, what a stream finds again of the one before: quantisation on six chips, 0.3 to 0.7.
#define STREAM_KEPT 0.5

// A row that is being read.
typedef struct Reading {
    const Csv *csv;
    const Catalog *catalog;
    const SourceInfo *source;
    Row *row;
    Error *err;
} Reading;

static inline const char *cell(const Reading *r, const char *column) {
    return csv_cell(r->csv, csv_column(r->csv, column));
}

static inline bool number(const Reading *r, const char *column, double min, double *value) {
    return csv_number(r->csv, column, min, SIZE_MOST, value, r->err);
}

static inline bool number_or(const Reading *r, const char *column, double min, double initial,
                             double *value) {
    return csv_number_or(r->csv, column, min, SIZE_MOST, initial, value, r->err);
}

static inline bool wrong(const Reading *r, const char *column, const char *what) {
    error_set(r->err, "%s: '%.60s' %s", column, cell(r, column), what);
    return csv_where(r->csv, r->err);
}

// A whole number.
static inline bool count_to(const Reading *r, const char *column, double min, double max,
                            double *value) {
    if (!csv_number(r->csv, column, min, max, value, r->err))
        return false;
    return *value == floor(*value) || wrong(r, column, "is not a whole number");
}

static inline bool count(const Reading *r, const char *column, double min, double *value) {
    return count_to(r, column, min, SIZE_MOST, value);
}

static inline bool format(const Reading *r, const char *column, Format *value) {
    const char *text = cell(r, column);
    Nearest nearest = {0};
    for (int i = 1; i < FORMAT_COUNT; i++) {
        nearest_offer(&nearest, text, FORMATS[i].name);
        if (strcmp(text, FORMATS[i].name) == 0) {
            *value = (Format)i;
            return true;
        }
    }
    error_set(r->err, "%s: there is no format '%.60s'", column, text);
    if (nearest.best)
        error_hint(r->err, "did you mean '%s'?", nearest.best);
    return csv_where(r->csv, r->err);
}

static inline Op *add_op(Row *row, OpKind kind, const char *name) {
    Op *op = &row->ops[row->op_count++];
    *op = (Op){.kind = kind, .name = name, .balance = 1, .touch = 1};
    return op;
}

static inline void add_elementwise(Row *row, const char *name, double read_bytes,
                                   double write_bytes, double flop, double specials) {
    add_op(row, OP_ELEMENTWISE, name)->elementwise = (ElementwiseShape){
        .read_bytes = read_bytes, .write_bytes = write_bytes, .flop = flop, .specials = specials};
}

// The kind of the kernel added last.
static inline void kind_of_last(Row *row, ElementwiseKind kind, double rows) {
    row->ops[row->op_count - 1].elementwise.kind = kind;
    row->ops[row->op_count - 1].elementwise.rows = rows;
}

static inline double store_bytes(const Reading *r) {
    return r->row->chip->store.capacity_bytes;
}

// Whether the chip multiplies operands of that format.
static inline bool multiplies(const Reading *r, Format a) {
    if (design_math(r->row->chip, a, a, FORMAT_NONE) != MATH_COUNT)
        return true;
    error_set(r->err, "dtype: %s has no arithmetic for %s", r->row->chip->name, FORMATS[a].name);
    return csv_where(r->csv, r->err);
}

static inline bool holds(const Reading *r) {
    if (!r->row->system)
        error_set(r->err, "chip: %s has no system", r->row->chip->name);
    return (r->row->system && system_holds(r->row->system, r->row->chips, r->err)) ||
           csv_where(r->csv, r->err);
}

// The family by the texts of these columns, NULL-terminated.
static inline void set_family(const Reading *r, const char *const columns[]) {
    char text[512] = "";
    size_t length = 0;
    for (int i = 0; columns[i] && length < sizeof text - 70; i++)
        length +=
            (size_t)snprintf(text + length, sizeof text - length, "%.60s|", cell(r, columns[i]));
    r->row->family = hash_bytes(text, length).low;
}

// Weights are rotated in `copies`, each launched once in a graph: they stay in the store where all of them fit.
static inline void warm_weights(const Reading *r, double weight_bytes) {
    double copies = source_copies(r->source, weight_bytes, store_bytes(r));
    if (r->source->warm)
        r->row->conditions.weight_copies = copies;
    if (r->source->graph)
        r->row->conditions.graph_launches = copies;
    r->row->fixed_s = source_fixed_s(r->source) - r->source->replay_s;
}

static inline void warm_whole(const Reading *r) {
    if (r->source->warm)
        r->row->warm_bytes = store_bytes(r);
    r->row->fixed_s = source_fixed_s(r->source);
}

// The readers of row_links.c.
bool read_collective(const Reading *r);
bool read_dispatch(const Reading *r);
bool read_elementwise(const Reading *r);

// That of row_task.c, of a results file.
bool read_task(const Reading *r);

#ifdef __cplusplus
}
#endif
#endif
