// row.h — a measured row as the ops that sweeps cost, under the conditions of its source.
//
//     CSV ── row_kind (by the header) ── row_read ──> Row { ops, conditions, measured_s }
//                                                        └── row_predict ──> Prediction
// Columns of each kind: see KINDS in row.c.
#ifndef VALIDATE_ROW_H
#define VALIDATE_ROW_H

#include <stdint.h>

#include "sim/catalog.h"
#include "sim/machine.h"
#include "validate/csv.h"
#include "validate/source.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ROW_OPS 8

typedef struct Row {
    RowKind kind;
    const char *op; // "matmul", "attention_prefill", "all_reduce": what score groups by
    bool apart;     // is reported but never fitted: its label does not say what was run
    const Chip *chip;
    const System *system;
    int chips;
    Op ops[ROW_OPS]; // one after another
    int op_count;
    int main;              // whose constants the row is a sample of
    double warm_bytes;     // Machine.warm_bytes
    Conditions conditions; // Machine.as_measured
    double fixed_s;        // launches that its source counts in
    double measured_s;     // NaN: not measured
    uint64_t family;       // rows of one shape family share it: they are left out of a fit together
    uint64_t software;     // that its source measured: the source up to its version
    int line;              // of the file
    struct RowLayer *layer; // of a measured layer: its kernels; freed by row_free (row_task.h)
} Row;

typedef struct Prediction {
    double time_s;
    double low_s, high_s; // 90 %; both time_s without an interval
    double doubt;         // 0: like measured shapes on a measured chip; 1: extrapolated
} Prediction;

// Which kind of rows a header describes (RowKind; attention's phase is told row by row), or -1 and an error.
int row_kind(const Csv *csv, Error *err);

bool row_read(const Csv *csv, int kind, const Catalog *catalog, Row *row, Error *err);

// machine: of the row's chip, system and chips, with the profile to be tried.
Prediction row_predict(const Row *row, const Machine *machine);

// The machine of a row; profile NULL: datasheet mode.
Machine row_machine(const Row *row, const Profile *profile);

// Puts the row's conditions on a machine of its chip.
void row_conditions(const Row *row, Machine *machine);

// The class whose constants the row is a sample of.
KernelClass row_class(const Row *row, const Machine *machine);

#ifdef __cplusplus
}
#endif
#endif
