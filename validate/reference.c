#include "validate/reference.h"

#include <math.h>
#include <stdio.h>

#include "validate/reference_sum.h"

double reference_output(const Task *task, uint64_t seed, long place, double *scale) {
    ReferenceSum sum = reference_sum_begin(task, seed);
    double value = reference_sum_at(&sum, place, scale);
    reference_sum_end(&sum);
    return value;
}

// A 16-bit result is rounded once (2^-8 of itself in bf16, 2^-11 in fp16). Twice that: hardware may cut off instead, and a
// split sum may be rounded before its parts are added.
static double output_rounding(const Task *task) {
    switch (task_output_format(task)) {
    case FORMAT_FP32:
        return 2 * 0x1p-24;
    case FORMAT_FP16:
        return 2 * 0x1p-11;
    default:
        return 2 * 0x1p-8;
    }
}

static bool is_fp8(int format) {
    return format == FORMAT_FP8 || format == FORMAT_FP8_BLOCK;
}

// What adding `terms` numbers in any order leaves, over the root of the sum of their squares: each addition rounds a partial
// sum of at most a few times that root. fp32 arithmetic: the errors add like a random walk (Higham and Mary 2019), 8 of its
// steps for the worst of 2,048 outputs. Tensor cores cut off instead of rounding, always downwards (Fasi et al. 2021), so
// that errors of their steps of 8 terms or more add up; in fp8 on Hopper with 13 bits (DeepSeek-V3, 3.3.2, in steps of 32).
static double adding(double terms, int a, int b) {
    if (is_fp8(a) && is_fp8(b))
        return terms / 32 * 0x1p-13;
    if (a == FORMAT_FP32)
        return 8 * sqrt(terms) * 0x1p-24;
    return terms / 8 * 0x1p-23;
}

// The weights of keys are rounded to the format of the second product, up to 2^-8 of each in bf16, about 2^-9 as a standard
// deviation: errors of the terms, so of the root of the sum of their squares, and the worst of thousands of outputs is off
// by five deviations: 3 x 2^-8. Fast exponentials err by 2^-20. fp8: weights below 2^-6 of the largest lose bits.
static double attention_tolerance(const Task *task) {
    double weights = is_fp8(task->a)                                     ? 0.25
                     : task->a == FORMAT_FP32 && task->kv == FORMAT_FP32 ? 0x1p-18
                     : task->a == FORMAT_FP16                            ? 3 * 0x1p-11
                                                                         : 3 * 0x1p-8;
    return weights + output_rounding(task) +
           adding(task->kv_len, task->a, is_fp8(task->a) ? FORMAT_BF16 : task->kv);
}

// Of the scale in reference_sum.c: half a step of the grid. fp8: 2^-4 of the number. Integers: a step is 1/127, 1/7 of the
// block's largest; the 16-bit scale of int4 adds 2^-8. nvfp4: half the widest step is 1 of 6, and its scale is itself fp8.
// mxfp4: a scale of the power of two below leaves numbers up to 8 scales, of which 6 is the largest kept (OCP MX 1.0, 6.3).
static double quantise_tolerance(const Task *task) {
    switch (task->a) {
    case FORMAT_INT8:
        return 1.05 / 254;
    case FORMAT_INT4:
        return 1.05 / 14;
    case FORMAT_NVFP4:
        return 1.0 / 6 * (1 + 0x1p-4) * 1.02;
    case FORMAT_MXFP4:
        return 0.25 * 1.02;
    default:
        return 1.05 * 0x1p-4;
    }
}

double reference_tolerance(const Task *task) {
    double rounding = output_rounding(task);
    switch (task->kind) {
    case TASK_MATMUL:
    case TASK_EXPERTS:
        return rounding + adding(task->k, task->a, task->b);
    case TASK_PREFILL:
    case TASK_DECODE:
        return attention_tolerance(task);
    case TASK_NORM: // the sum is rounded, then x / rms, then the product; rms of n terms in fp32
        return 2 * rounding + 4 * sqrt(task->n) * 0x1p-24 + 0x1p-20;
    case TASK_GATED: // silu may be rounded before the product; fast exponentials
        return 2 * rounding + 0x1p-19;
    case TASK_ROTARY: // an angle up to 4096 in fp32 is off by 2^-12 / 2, and so are its sine and cosine, also from tables
        return 2 * rounding + 0x1p-11;
    case TASK_QUANTISE:
        return quantise_tolerance(task);
    case TASK_DEQUANTISE: // codes of few bits times powers of two: exact
    case TASK_PERMUTE:    // moved only
    case TASK_COPY:
    case TASK_ALL_GATHER:
    case TASK_ALL_TO_ALL:
        return 0;
    case TASK_ROUTE: // fast exponentials, their sum over the experts
        return 0x1p-16;
    case TASK_TRIAD: // product and sum, both in fp32
        return 2 * 0x1p-24;
    case TASK_UNPERMUTE:
        return rounding + adding(task->top_k, FORMAT_FP32, FORMAT_FP32);
    default: // sums over ranks, in fp32 or by parts in any order
        return 2 * task->ranks * 0x1p-24;
    }
}

static bool wrong_place(Measurement *out, long place, double value, double expected) {
    snprintf(out->detail, sizeof out->detail, "output %ld is %.6g, should be %.6g", place, value,
             expected);
    return false;
}

RunStatus reference_compare(const Task *task, uint64_t seed, const long places[], int count,
                            const double values[], Measurement *out) {
    ReferenceSum sum = reference_sum_begin(task, seed);
    bool right = count > 0;
    out->checked = count;
    out->error = 0;
    out->tolerance = reference_tolerance(task);
    for (int i = 0; i < count; i++) {
        double scale, expected = reference_sum_at(&sum, places[i], &scale);
        double off = fabs(values[i] - expected);
        double error = off == 0 ? 0 : off / scale;
        if (!isfinite(error))
            error = (double)INFINITY;
        if (error > out->error)
            out->error = error;
        if (right && error > out->tolerance)
            right = wrong_place(out, places[i], values[i], expected);
    }
    reference_sum_end(&sum);
    return right ? RUN_CHECKED : RUN_WRONG;
}
