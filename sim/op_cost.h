// op_cost.h — the cost of any op, by its kind. A new op adds a line to op_cost.c.
#ifndef SIM_OP_COST_H
#define SIM_OP_COST_H

#include "sim/machine.h"

#ifdef __cplusplus
extern "C" {
#endif

// Whose constants the op takes.
KernelClass op_class(const Machine *machine, const Op *op);

OpCost op_cost(const Machine *machine, const Op *op);

#ifdef __cplusplus
}
#endif
#endif
