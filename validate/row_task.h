// row_task.h — a task of the harness (task.h) as a row: the ops that sweeps cost for it, as arch/lower.c emits them.
//
//     Task ── row_of_tasks ──> Row { ops, conditions } ── row_predict ──> Prediction
// Cold and in a graph, which is what sweeps assume, or warm: the same operands again and again. A layer's row holds the ops
// of its parts, one after another: kernels of one class that follow each other err together, others independently, as
// in a sweep (sim/span.h). Such rows are scored and never fitted.
#ifndef VALIDATE_ROW_TASK_H
#define VALIDATE_ROW_TASK_H

#include "sim/span.h"
#include "validate/row.h"
#include "validate/task.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ROW_LAYER_PARTS 64

// Kernels of a layer, in their order.
typedef struct RowLayer {
    bool warm; // run again and again: what the store keeps of all of them is found there
    int count;
    Op ops[ROW_LAYER_PARTS];
    int times[ROW_LAYER_PARTS]; // that each runs
} RowLayer;

// tasks[0] with its parts, if it is a layer, in tasks[1 .. count - 1]. system: may be NULL where nothing is sent.
// measured_s is left NaN. false: the chip has no such arithmetic or the system no such group. row_free is due.
bool row_of_tasks(const Task tasks[], int count, const Chip *chip, const System *system, bool warm,
                  Row *row, Error *err);

// What a row of a results file owns; other rows own nothing.
void row_free(Row *row);

// The ops of any row: of a layer those of its parts. *times: NULL where each runs once.
int row_ops(const Row *row, const Op **ops, const int **times);

// Its time and how it divides among the engines.
LayerTime row_layer_time(const RowLayer *layer, const Machine *machine);
Prediction row_layer_predict(const RowLayer *layer, const Machine *machine);

#ifdef __cplusplus
}
#endif
#endif
