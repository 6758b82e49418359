#include "sim/roofline.h"

#include <math.h>

double roofline_flop_s(double flop, double peak_flop_per_s) {
    return flop / peak_flop_per_s;
}

double roofline_bytes_s(double bytes, double bandwidth_bytes_per_s) {
    return bytes / bandwidth_bytes_per_s;
}

double roofline_ridge(double peak_flop_per_s, double bandwidth_bytes_per_s) {
    return peak_flop_per_s / bandwidth_bytes_per_s;
}

double roofline_matmul_intensity(double m, double n, double k, double a_bytes, double b_bytes,
                                 double c_bytes) {
    return 2 * m * n * k / (m * k * a_bytes + k * n * b_bytes + m * n * c_bytes);
}

double roofline_critical_tokens(double ridge, double b_bytes) {
    return ridge * b_bytes / 2;
}

double roofline_critical_tokens_full(double ridge, double n, double k, double a_bytes,
                                     double b_bytes, double c_bytes) {
    double left = 2 * n * k - ridge * (k * a_bytes + n * c_bytes);
    return left > 0 ? ridge * n * k * b_bytes / left : (double)INFINITY;
}

double roofline_critical_tokens_moe(double ridge, double b_bytes, double active_experts,
                                    double experts) {
    return roofline_critical_tokens(ridge, b_bytes) * experts / active_experts;
}

double roofline_critical_context(double params, double width) {
    return 2 * params / (4 * width);
}

double roofline_critical_tokens_gather(double peak_flop_per_s, double link_bytes_per_s,
                                       double axes) {
    return roofline_ridge(peak_flop_per_s, link_bytes_per_s * axes);
}

double roofline_gather_chips(double tokens, double peak_flop_per_s, double link_bytes_per_s,
                             double axes) {
    return tokens / roofline_critical_tokens_gather(peak_flop_per_s, link_bytes_per_s, axes);
}

double roofline_largest_tp(double d_ff, double peak_flop_per_s, double link_bytes_per_s,
                           double axes) {
    return d_ff / roofline_ridge(peak_flop_per_s, link_bytes_per_s * axes);
}

double roofline_best_gather(double tokens, double chips, double d_ff, double gather_axes,
                            double tp_axes) {
    return sqrt(tokens * chips * gather_axes / (d_ff * tp_axes));
}

double roofline_critical_tokens_mixed(double d_ff, double peak_flop_per_s, double link_bytes_per_s,
                                      double gather_axes, double tp_axes) {
    double ridge = roofline_ridge(peak_flop_per_s, link_bytes_per_s);
    return 4 * ridge * ridge / (gather_axes * tp_axes * d_ff);
}

double roofline_critical_reduction(double peak_flop_per_s, double link_bytes_per_s) {
    return 2 * peak_flop_per_s / link_bytes_per_s;
}

double roofline_unit_flop_per_s(const Chip *chip) {
    return 2 * chip->matrix.fma_per_unit * chip->matrix.clock_hz;
}

double roofline_fleet_flop_per_s(const Chip *chip, Math math, int chips) {
    return chip->peak.flop_per_s[math] * chips;
}

double roofline_fleet_memory_bytes(const Chip *chip, int chips) {
    return chip->memory.capacity_bytes * chips;
}

double roofline_drain_s(const Chip *chip) {
    return roofline_bytes_s(chip->memory.capacity_bytes, chip->memory.bandwidth_bytes_per_s);
}
