// shape.h — networks that do not exist: a base model with some of its numbers changed.
//
// What is not named stays as in the base. Experts follow the rules of shape_settle, so that one space may hold dense and
// sparse networks.
#ifndef ARCH_SHAPE_H
#define ARCH_SHAPE_H

#include "arch/model.h"

#ifdef __cplusplus
extern "C" {
#endif

// The field of a model by its plain name ("d_model", "kv_heads", "experts") or with its section ("indexer.top_k").
// Plain names are looked for in the model itself, then in moe, ffn, attention, state and the rest. *offset: of the
// struct that holds the field inside Model. NULL with the nearest name.
const Field *shape_field(const char *name, size_t *offset, Error *err);

// Settles what depends on the number of experts, then finishes the model:
//     experts <= 1  a dense network: top_k must be 1 (or 0); d_ff, or d_expert where the base has no dense layer
//     experts > 1   top_k 1 if not given; d_expert if given, else d_ff: every expert is as wide as the base's dense layer
// The base's published counts no longer hold and are dropped.
bool shape_settle(Model *model, Error *err);

#ifdef __cplusplus
}
#endif
#endif
