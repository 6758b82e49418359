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
double roofline_matmul_intensity(double m, double n, double k, double a_bytes, double b_bytes, double c_bytes);

// Tokens above which a weight matrix [k, n] is compute-bound: solves intensity(m) = ridge. With only_weights the
// activations' bytes are left out: ridge x b_bytes / 2.
double roofline_critical_tokens(double ridge, double b_bytes);
double roofline_critical_tokens_full(double ridge, double n, double k, double a_bytes, double b_bytes, double c_bytes);

// Tokens above which a mixture of experts is compute-bound: the dense answer over the active share of experts.
double roofline_critical_tokens_moe(double ridge, double b_bytes, double active_experts, double experts);

// Dense peak of `chips` chips, their memory, and the time to read one chip's memory once.
double roofline_fleet_flop_per_s(const Chip *chip, Math math, int chips);
double roofline_fleet_memory_bytes(const Chip *chip, int chips);
double roofline_drain_s(const Chip *chip);

#ifdef __cplusplus
}
#endif
#endif
