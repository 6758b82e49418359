// prefill_split.h — a closed form for one question: a mixture of experts takes in one prompt on N chips of one flat network;
// are its experts spread over the chips, or its layers?
//
//     experts  T = X(S) / N + A(S / N) + L (f + 3 h) + L (1 - 1/N) S (4 g e + 3 d G / N) / (l w)
//     layers   T = q (t_1 + ... + t_K) + (1 - q) t_K + (N - 1) (h + 2 d C / (l w))       K chunks of C tokens
//              t_u = X_u + A(C) + L f, X_u of C tokens on the prefix (u - 1) C; q = ceil(L / N) / L, the fullest stage's share
//     equal at w* = (bytes of experts - bytes of layers) / (l (T of layers - T of experts, both at infinite w))
//
// N chips, S tokens, L layers, d model width, g KV heads of e, G ranks that a token's experts lie on, w bytes/s of a chip's
// links and l their efficiency; f fixed time of a layer, h of a transfer. An exchange moves one byte a value out and two
// back, and gathers keys and values of two bytes. X: experts (FLOP or all their weights, whichever takes longer), attention
// (products or exponentials), elementwise bytes; A: other weights.
//
// It holds where the network is flat (one switch), nothing overlaps links, experts are hit evenly, each kernel fills the
// chip, and the two plans differ by more than the form is off, about a sixth: not on two-level networks, on a torus, or where
// attention over a long prompt, the same in both, is nearly all of the time. lua/prefill_split_test.c holds it against the
// model.
#ifndef SIM_PREFILL_SPLIT_H
#define SIM_PREFILL_SPLIT_H

#include "arch/model.h"
#include "hw/chip.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct PrefillSplit {
    const Model *model; // every layer with experts, grouped queries
    const Chip
        *chip; // computes them in fp8, attention in bf16, at the efficiencies of datasheet mode
    int chips, prompt, chunk;
    double hop_s; // latency of the links
} PrefillSplit;

double split_experts_s(const PrefillSplit *split, double link_bytes_per_s);
double split_layers_s(const PrefillSplit *split, double link_bytes_per_s);

// The bandwidth at which both take the same time: below it layers win, above it experts. 0: experts always win; infinite:
// layers do.
double split_break_even_bytes_per_s(const PrefillSplit *split);

#ifdef __cplusplus
}
#endif
#endif
