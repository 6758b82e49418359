// matmul.h — time of C[m,n] = A[m,k] B[k,n] on a chip whose cores take output tiles, or whose units are systolic.
//
// Tiled, for a tile (tm, tn) and s parts of k, P cores of rate r = peak / P each:
//     tiles   = batch x ceil(m/tm) x ceil(n/tn) x s
//     waves   = ceil(tiles / P)
//     matrix  = waves x (2 tm tn ceil(k/s) / (r x efficiency) + prologue)
//     memory  = compulsory bytes, or what the waves re-read when operands outgrow the on-chip store, / bandwidth
//     splitting adds 4-byte partial sums, written and read once each
// The best tile of the menu (least time, engines overlapped) is taken; so padding and last-wave cliffs show.
// Systolic, units of R x C:
//     passes  = batch x ceil(k/R) x ceil(n/C), each streams max(ceil8(m), R) rows at one a clock
#ifndef SIM_MATMUL_H
#define SIM_MATMUL_H

#include "sim/machine.h"

#ifdef __cplusplus
extern "C" {
#endif

OpCost matmul_cost(const Machine *machine, const MatmulShape *shape);

// Experts' matmuls in one kernel: rows fall on `active` experts multinomially (three-point histogram: mean and
// +- sqrt(3) sigma with weights 2/3, 1/6, 1/6, which keeps mean and variance); tiles of all experts share the waves.
OpCost grouped_cost(const Machine *machine, const GroupedShape *shape);

#ifdef __cplusplus
}
#endif
#endif
