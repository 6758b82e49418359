// op_cost.h — the cost of any op, by its kind. A new op adds a line to op_cost.c.
#ifndef SIM_OP_COST_H
#define SIM_OP_COST_H

#include "sim/machine.h"

#ifdef __cplusplus
extern "C" {
#endif

// Whose constants the op takes.
KernelClass op_class(const Machine *machine, const Op *op);

// The arithmetic of a layer's attention, by which its useful flop count.
Math op_attention_math(const Machine *machine, bool latent, bool few, Format kv);

OpCost op_cost(const Machine *machine, const Op *op);

#ifdef __cplusplus
}
#endif
#endif
