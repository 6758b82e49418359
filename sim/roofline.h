// roofline.h — the ideal bounds: time at peak, time at full bandwidth, and where the two meet.
//
// Williams, Waterman, Patterson 2009, "Roofline: an insightful visual performance model".
#ifndef SIM_ROOFLINE_H
#define SIM_ROOFLINE_H

#include "sim/design.h"

#ifdef __cplusplus
extern "C" {
#endif

// flop / peak and bytes / bandwidth, in s.
double roofline_flop_s(double flop, double peak_flop_per_s);
double roofline_bytes_s(double bytes, double bandwidth_bytes_per_s);

// FLOP a byte at which both take the same time: peak / bandwidth.
double roofline_ridge(double peak_flop_per_s, double bandwidth_bytes_per_s);

// FLOP a byte of C[m,n] = A[m,k] B[k,n] with every operand moved once.
double roofline_matmul_intensity(double m, double n, double k, double a_bytes, double b_bytes,
                                 double c_bytes);

// Tokens above which a weight matrix [k, n] is compute-bound: solves intensity(m) = ridge. With only_weights the
// activations' bytes are left out: ridge x b_bytes / 2.
double roofline_critical_tokens(double ridge, double b_bytes);
double roofline_critical_tokens_full(double ridge, double n, double k, double a_bytes,
                                     double b_bytes, double c_bytes);

// Tokens above which a mixture of experts is compute-bound: the dense answer over the active share of experts.
double roofline_critical_tokens_moe(double ridge, double b_bytes, double active_experts,
                                    double experts);

// Tokens above which the products of attention (every query with every key, width = heads x head_dim) outweigh the
// linear layers of `params` weights: 2 params = 4 width T.
double roofline_critical_context(double params, double width);

// Tokens a chip above which it hides the gathering of weights that other chips hold (2 bytes each, over `axes` pairs
// of links at once): ridge of the links / axes. Scaling Book, "Training", FSDP.
double roofline_critical_tokens_gather(double peak_flop_per_s, double link_bytes_per_s,
                                       double axes);

// Most chips on which `tokens` keep that up.
double roofline_gather_chips(double tokens, double peak_flop_per_s, double link_bytes_per_s,
                             double axes);

// Largest tensor-parallel degree of a feed-forward of width d_ff that hides its exchanges: d_ff axes / link ridge.
double roofline_largest_tp(double d_ff, double peak_flop_per_s, double link_bytes_per_s,
                           double axes);

// Both at once on `chips` chips: the gathering degree at which the two exchanges take equally long,
// sqrt(tokens chips gather_axes / (d_ff tp_axes)), and the tokens a chip above which they stay hidden,
// 4 ridge^2 / (gather_axes tp_axes d_ff).
double roofline_best_gather(double tokens, double chips, double d_ff, double gather_axes,
                            double tp_axes);
double roofline_critical_tokens_mixed(double d_ff, double peak_flop_per_s, double link_bytes_per_s,
                                      double gather_axes, double tp_axes);

// Reduction dimension above which a matmul that two chips split along it hides the exchange of 2-byte partial sums:
// 2 peak / link.
double roofline_critical_reduction(double peak_flop_per_s, double link_bytes_per_s);

// Dense 16-bit rate of one of the chip's matrix units: 2 multiply-adds x clock.
double roofline_unit_flop_per_s(const Chip *chip);

// Dense peak of `chips` chips, their memory, and the time to read one chip's memory once.
double roofline_fleet_flop_per_s(const Chip *chip, Math math, int chips);
double roofline_fleet_memory_bytes(const Chip *chip, int chips);
double roofline_drain_s(const Chip *chip);

#ifdef __cplusplus
}
#endif
#endif
