// grouped.h — time of the kernels of a block of experts on one rank: the experts' matmuls, each in one kernel, and the
// streams between them.
//
// A matmul is costed as in matmul.h, tiled, except that the tiles of all experts share the waves, that nothing splits k,
// and that
//     matrix  = waves x (steps x max(step at the sustained rate, step_s) + prologue), a step being 128 bytes of k
//     memory  = bytes / bandwidth x (1 + drain x P / tiles): the last tiles of a kernel draw alone
//     time    = longer + exposed x shorter of the two, for the best tile of the menu
// Rows fall on `active` experts multinomially (three-point histogram: mean and +- sqrt(3) sigma with weights 2/3, 1/6,
// 1/6, which keeps mean and variance), or evenly.
// A stream moves its least bytes, those of rows in the experts' order `stream` times; the one that orders tokens by expert takes besides
//     sort_s min(1, tokens / sort_tokens) + token_s tokens / P + expert_s experts + held_s experts on the rank
// Replaying a measured loop that touches W bytes over and over, of which the store keeps up to S = resident_share x
// capacity, takes from memory W^12 / (W^12 + S^12) of all bytes: nearly none below S, nearly all above.
#ifndef SIM_GROUPED_H
#define SIM_GROUPED_H

#include "sim/machine.h"

#ifdef __cplusplus
extern "C" {
#endif

OpCost grouped_cost(const Machine *machine, const Fit *fit, const GroupedShape *shape);

// A stream of the block.
OpCost routed_cost(const Machine *machine, const Fit *fit, const ElementwiseShape *shape);

#ifdef __cplusplus
}
#endif
#endif
