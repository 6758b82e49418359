// matmul.h — time of C[m,n] = A[m,k] B[k,n] on a chip whose cores take output tiles, or whose units are systolic.
//
// Tiled, for a tile (tm, tn) and s parts of k, P cores of rate r = peak / P each:
//     tiles   = batch x ceil(m/tm) x ceil(n/tn) x s
//     waves   = ceil(tiles / P)
//     matrix  = waves x (2 tm tn ceil(k/s) / (r x efficiency) + prologue), a step of 128 bytes of k taking at least an
//               eighth of the prologue: a core has eight in flight
//     memory  = bytes / bandwidth, a wave of few tiles drawing at most core_share x tiles / P of it. Every operand moves
//               once where the store holds the smaller one whole; else a wave covers a near-square block of the
//               output, and each block reads its rows of A and its columns of B again
//     store   = each tile reads tm + tn rows of k; neighbouring cores share three quarters of that (multicast)
// Splitting adds 4-byte partial sums, written to the store and read once each, and a second launch that adds them up;
// s is as many as fill one wave.
// The best tile of the menu (least time, engines overlapped) is taken; so padding and last-wave cliffs show.
// Operands in a format that the matrix unit does not multiply pass the vector unit once a value, 2 FLOP each; 32-bit
// block scales (fp8_block) are applied by the vector unit to partial sums, 2 FLOP for each output and block of k.
// Systolic units: systolic.h.
#ifndef SIM_MATMUL_H
#define SIM_MATMUL_H

#include "sim/fit.h"

#ifdef __cplusplus
extern "C" {
#endif

OpCost matmul_cost(const Machine *machine, const Fit *fit, const MatmulShape *shape);

// Vector arithmetic of a matmul of rows x k values by `weights` ones: dequantisation, block scales.
double matmul_vector_flop(Math math, Format a, Format b, double rows, double weights, double n,
                          double k);

#ifdef __cplusplus
}
#endif
#endif
