// elementwise.h — time of kernels that stream tensors: norms, activations, rotary embedding, look-ups, routing.
#ifndef SIM_ELEMENTWISE_H
#define SIM_ELEMENTWISE_H

#include "sim/fit.h"

#ifdef __cplusplus
extern "C" {
#endif

OpCost elementwise_cost(const Machine *machine, const Fit *fit, const ElementwiseShape *shape);

#ifdef __cplusplus
}
#endif
#endif
