// lower.h — turns a model, formats and plan into the ops that the fullest rank of a stage runs on one unit of work.
//
//     design ── plan_finish ──> groups, stages
//            ── lower_layer(kind) ──> ops of one layer     x layers of that kind in the stage
//            ── lower_first ──> embedding                  first stage
//            ── lower_last ──> norm, head, sampling        last stage
//            ── lower_handoff_bytes ──> send        between stages
//
// To add an op: a shape in op.h, its emission here, its cost in sim/ (see sim/op_cost.h).
#ifndef ARCH_LOWER_H
#define ARCH_LOWER_H

#include "arch/op.h"
#include "arch/workload.h"

#ifdef __cplusplus
extern "C" {
#endif

// What passes a stage at once: a micro-batch of sequences, or a chunk of their prompts.
typedef struct UnitOfWork {
    double sequences;     // of the fullest dp group
    double tokens;        // new tokens a sequence: the chunk in prefill, 1 in decode
    double kv_len;        // tokens a sequence sees at the end, its own included
    double all_sequences; // of all dp groups together
    bool decode;
} UnitOfWork;

typedef struct Lowering {
    const Model *model;
    const Formats *formats;
    const Plan *plan;
    UnitOfWork unit;
    double routing_skew; // Zipf exponent of the experts' popularity; 0: uniform
} Lowering;

int lower_layer(const Lowering *in, int kind, Op ops[LAYER_OPS]);
int lower_first(const Lowering *in, Op ops[LAYER_OPS]);
int lower_last(const Lowering *in, Op ops[LAYER_OPS]);

// Bytes that a rank sends to its peer in the next stage.
double lower_handoff_bytes(const Lowering *in);

// (Query, key) pairs of one sequence that a causal mask and a window leave: q new tokens, the last of kv_len.
// s p + s (s + 1)/2 without a window.
double attention_pairs(double q_len, double kv_len, double window);

// The same for a kind of layer. A decode step of a chunked layer sees the mean over a chunk once the first is full.
double mixer_pairs(const Model *model, const LayerKind *kind, double q_len, double kv_len,
                   bool decode);

#ifdef __cplusplus
}
#endif
#endif
