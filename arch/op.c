#include "arch/op.h"

const char *const OP_KIND_WORDS[] = {
    "matmul",     "grouped matmul", "attention", "scan", "elementwise",
    "collective", "dispatch",       "send",      "host", NULL};

const char *const COLLECTIVE_WORDS[] = {"all_reduce", "all_gather", "reduce_scatter",
                                        "all_to_all", "ring",       NULL};

static bool matmul_same(const MatmulShape *a, const MatmulShape *b) {
    return a->m == b->m && a->n == b->n && a->k == b->k && a->batch == b->batch && a->a == b->a &&
           a->b == b->b && a->matmul == b->matmul && a->unsplit == b->unsplit &&
           a->coarse == b->coarse && a->strided == b->strided;
}

static bool routed_same(const RoutedStream *a, const RoutedStream *b) {
    if (!a->on || !b->on)
        return a->on == b->on;
    return a->a == b->a && a->b == b->b && a->matmul == b->matmul && a->row_bytes == b->row_bytes &&
           a->tokens == b->tokens && a->experts == b->experts && a->held == b->held &&
           a->block.tokens == b->block.tokens && a->block.active == b->block.active &&
           a->block.weights == b->block.weights;
}

static bool elementwise_same(const ElementwiseShape *a, const ElementwiseShape *b) {
    return a->read_bytes == b->read_bytes && a->write_bytes == b->write_bytes &&
           a->flop == b->flop && a->specials == b->specials && a->kind == b->kind &&
           a->rows == b->rows && routed_same(&a->routed, &b->routed);
}

bool collective_same(const CollectiveShape *a, const CollectiveShape *b) {
    return a->kind == b->kind && a->bytes == b->bytes && a->group.size == b->group.size &&
           a->group.stride == b->group.stride;
}

// The kinds that recur within one design; the rest is taken as different.
bool op_same(const Op *a, const Op *b) {
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case OP_MATMUL:
        return matmul_same(&a->matmul, &b->matmul);
    case OP_ELEMENTWISE:
        return elementwise_same(&a->elementwise, &b->elementwise);
    case OP_COLLECTIVE:
        return collective_same(&a->collective, &b->collective);
    default:
        return false;
    }
}
