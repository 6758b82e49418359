// layer_tasks.h — one rank's share of a design's layers as tasks that a harness can run.
//
//     Design ── evaluate ──> Breakdown ── for each kind of layer (and phase) ──> TASK_LAYER and its parts
// Shapes are those of the fullest rank's first unit of work. What one device cannot show is left out: collectives, sends and
// dispatches. Expected sizes are rounded: rows of experts, and experts that have any. The harness's kernels write 16 bit, so
// that a pass that quantises stands before matmuls of narrower inputs, which a sweep takes as done by the kernel before.
#ifndef VALIDATE_LAYER_TASKS_H
#define VALIDATE_LAYER_TASKS_H

#include "sim/evaluate.h"
#include "validate/task.h"

#ifdef __cplusplus
extern "C" {
#endif

#define LAYER_TASKS 16 // kinds of layers and phases of a design, at most

// A kind of layer in one phase.
typedef struct LayerTask {
    const char *where; // "dense layer", as explain prints it
    Phase phase;
    double layers, units; // of the network that are of this kind; units of work that each sees
    int at;               // of the layer in the list of tasks; -1: it cannot be run
    char unsupported[80]; // why not: the op that no kernel of the harness is
    int left_out;         // transfers
    int rounded;          // sizes that were no whole numbers
    int quantised;        // passes that a sweep does not have
} LayerTask;

// Adds the layers of a design that has passed design_check to `tasks`, whose ids it continues. name: of the layers, cut off
// where it is too long. Returns how many kinds of layers there are.
int layer_tasks(const Design *design, const char *name, Tasks *tasks,
                LayerTask layers[LAYER_TASKS]);

// What was noted of many designs' layers.
typedef struct LayerNotes {
    int layers, unsupported;
    char why[80]; // the first that cannot be run
    int left_out, rounded, quantised;
} LayerNotes;

// The same for many designs, named after model, plan and workload: a layer that is there already is not added again.
void layer_tasks_add(const Design *design, Tasks *tasks, LayerNotes *notes);

#ifdef __cplusplus
}
#endif
#endif
