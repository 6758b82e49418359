// layer.h — a layer while it is lowered: what its ops have in common, and the ops emitted so far.
#ifndef ARCH_LAYER_H
#define ARCH_LAYER_H

#include "arch/lower.h"

#ifdef __cplusplus
extern "C" {
#endif

static inline double up(double x) {
    double whole = (double)(long long)x;
    return whole < x ? whole + 1 : whole;
}

// What lowering a layer needs again and again.
typedef struct Layer {
    const Lowering *in;
    const Model *model;
    const Plan *plan;
    Op *ops;
    int count;
    double tokens;    // through the linear layers of a rank
    double own;       // of them, that a rank owns while they are scattered
    int owners;       // over so many: tp, in decode cp too
    double act_bytes; // of one input value of a matmul
    double balance;   // mean load of a rank over the fullest one's
    double touch;     // share of the ranks that have any
    bool scattered;   // between blocks tokens are scattered over tp (sequence-parallel norms)
} Layer;

static inline Op *emit(Layer *layer, OpKind kind, const char *name) {
    Op *op = &layer->ops[layer->count++];
    op->kind = kind;
    op->name = name;
    op->token_flop = 0;
    op->balance = layer->balance;
    op->touch = layer->touch;
    op->context_bound = false;
    op->own_context = 0;
    op->hidden_share = 0;
    return op;
}

static inline void emit_matmul(Layer *layer, const char *name, double batch, double m, double n,
                               double k, double token_flop) {
    const Formats *formats = layer->in->formats;
    Op *op = emit(layer, OP_MATMUL, name);
    op->matmul = (MatmulShape){.batch = batch,
                               .m = m,
                               .n = n,
                               .k = k,
                               .a = formats->activations,
                               .b = formats->weights,
                               .matmul = formats->matmul};
    op->token_flop = token_flop;
}

static inline void emit_elementwise(Layer *layer, const char *name, double read_bytes,
                                    double write_bytes, double flop, double specials) {
    Op *op = emit(layer, OP_ELEMENTWISE, name);
    op->elementwise = (ElementwiseShape){
        .read_bytes = read_bytes, .write_bytes = write_bytes, .flop = flop, .specials = specials};
}

// The kernel emitted last takes `rows` rows one by one.
static inline void takes_rows(Layer *layer, ElementwiseKind kind, double rows) {
    layer->ops[layer->count - 1].elementwise.kind = kind;
    layer->ops[layer->count - 1].elementwise.rows = rows;
}

static inline void emit_collective(Layer *layer, CollectiveKind kind, const char *name, Group group,
                                   double bytes) {
    if (group.size == 1)
        return;
    Op *op = emit(layer, OP_COLLECTIVE, name);
    op->collective = (CollectiveShape){kind, group, bytes, LIBRARY_FASTEST};
}

// Residual add and RMS norm in one pass: reads both, writes the sum and the normed input of the next matmul.
static inline void emit_norm(Layer *layer, const char *name, double tokens) {
    double values = tokens * layer->model->d_model;
    emit_elementwise(layer, name, 2 * HALF_BYTES * values, (HALF_BYTES + layer->act_bytes) * values,
                     6 * values, 0);
    takes_rows(layer, ELEMENTWISE_NORM, tokens);
}

// Partial sums over tp become whole: reduced and scattered, or reduced for all.
static inline void emit_reduce(Layer *layer, bool scatter) {
    double bytes = layer->tokens * layer->model->d_model * HALF_BYTES;
    if (scatter)
        emit_collective(layer, COLLECTIVE_REDUCE_SCATTER, "reduce_scatter", layer->plan->tp_group,
                        bytes);
    else
        emit_collective(layer, COLLECTIVE_ALL_REDUCE, "all_reduce", layer->plan->tp_group, bytes);
}

static inline void emit_gather(Layer *layer, double bytes_per_value) {
    emit_collective(layer, COLLECTIVE_ALL_GATHER, "all_gather", layer->plan->tp_group,
                    layer->tokens * layer->model->d_model * bytes_per_value);
}

// A small matmul whose weights stay in 16 bit, whole on every rank.
static inline void emit_half_matmul(Layer *layer, const char *name, double m, double n, double k) {
    emit_matmul(layer, name, 1, m, n, k, 2 * n * k);
    MatmulShape *matmul = &layer->ops[layer->count - 1].matmul;
    matmul->a = matmul->b = FORMAT_BF16;
    matmul->matmul = FORMAT_NONE;
}

#ifdef __cplusplus
}
#endif
#endif
