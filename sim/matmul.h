// matmul.h — time of C[m,n] = A[m,k] B[k,n] on a chip whose cores take output tiles, or whose units are systolic.
//
// Tiled, for a tile (tm, tn) and s parts of k, P cores of rate r = peak / P each:
//     tiles   = batch x ceil(m/tm) x ceil(n/tn) x s
//     waves   = at least 1; ceil(tiles / P), of whose idle cores the share `wave_loss` is lost
//     step    = 128 bytes of k: 2 tm tn values / (r x efficiency) x supply, at least step_s
//     supply  = 1 for tiles of 128 x 256; smaller ones wait for operands, which need operand_share of a core's time there
//               and in proportion to 1/tm + 1/tn elsewhere
//     matrix  = waves x (steps of k/s + prologue_s + tm tn x epilogue_clocks / clock)
//     memory  = bytes / bandwidth, a wave of few tiles drawing at most core_share x tiles / P of it. Every operand moves
//               once where the store holds the smaller one whole; else a wave covers a near-square block of the
//               output, and each block reads its rows of A and its columns of B again
//     store   = each tile reads tm + tn rows of k, of which the store hands out fetch_share; neighbours share the rest
//     time    = launch_s + the longer of matrix and memory + unhidden x the shorter (+ split_s)
// Splitting adds 4-byte partial sums, written to the store and read once each, and split_s to add them up. Few tiles
// take as many parts as fill one wave; large ones in few waves two or three, which evens out the last wave.
// The best tile of the menu (least time, engines overlapped) is taken; so padding and last-wave cliffs show.
// A chip whose power is scarce for its peak clocks lower: the matrix time grows by power_share x (scarcity - 1).
// Replaying a measurement (Machine.as_measured), weights in rotation come from the store as far as they and the
// activations fit into resident_share of it.
// Operands in a format that the matrix unit does not multiply pass the vector unit once a value, 2 FLOP each; 32-bit
// block scales (fp8_block) are applied by the vector unit to partial sums, 2 FLOP for each output and block of k.
// Systolic units: systolic.h.
#ifndef SIM_MATMUL_H
#define SIM_MATMUL_H

#include "sim/fit.h"

#ifdef __cplusplus
extern "C" {
#endif

// Values of k that a core takes up in one step: 128 bytes of them.
extern const double MATMUL_K_STEP[MATH_COUNT];

OpCost matmul_cost(const Machine *machine, const Fit *fit, const MatmulShape *shape);

// Vector arithmetic of a matmul of rows x k values by `weights` ones: dequantisation, block scales.
double matmul_vector_flop(Math math, Format a, Format b, double rows, double weights, double n,
                          double k);

#ifdef __cplusplus
}
#endif
#endif
