// reference.h — what a kernel should have computed, in double precision, at places drawn from its output.
//
// Operands are operand_value(format, seed, which, row, column, columns) of operand.h, with the seed of the part
// (reference_seed). Outputs never overwrite operands, so that running twice changes nothing.
//     matmul, experts    A (batch x m + row) of k in format a; W (batch x n + column) of k in b; of experts matrix x n +
//                        column; rows by expert, see experts_first_row
//     prefill, decode    queries A ((sequence x q_len + query) x heads + head) of qk_dim in a; keys K ((sequence x kv_len +
//                        token) x kv_heads + kv_head) of qk_dim in kv; values V likewise of v_dim. Scores are divided by
//                        sqrt(qk_dim). Query i stands at kv_len - q_len + i; head h reads kv_head h / (heads / kv_heads)
//     norm               x A, residual RESIDUAL (both m of n), weight W (row 0 of n), all in a; NORM_EPSILON
//     gated              A, m of 2 n in a
//     rotary             queries A (token x heads + head), keys K (token x kv_heads + head) of qk_dim, values V of v_dim, in a.
//                        rotary_position and ROTARY_BASE; number i is turned with number i + qk_dim / 2
//     quantise           A in bf16, m of n;   dequantise   W, m of n, in b
//     route              CHOICE in fp32, m of `experts`; of equal scores the lower expert comes first; weights are the
//                        softmax over all scores, not scaled to sum 1
//     permute            A in a, m of n; choice c of a token goes to route_expert. Order: by expert, then token
//     unpermute          A in a, rows in the experts' order; weight of a choice: operand_normal(seed + 64 x SCALES,
//                        token x top_k + choice), in fp32
//     copy, triad        b = A, c = W (triad: b + 3 c), rows of one fp32 number
//     collectives        rank r: A in fp32, row r of its buffer's elements
// Places number the elements of a task's output:
//     matmul, experts           (batch x m +) row x n + column
//     prefill, decode           ((sequence x q_len + query) x heads + head) x v_dim + dim
//     norm                      m x n normed values, then m x n new residuals
//     gated, dequantise, copy, triad, unpermute   row x n + column (copy, triad: element of 4 bytes)
//     rotary                    turned queries (token, head, dim), then keys (token, kv_head, dim), then values as they
//                               lie in the cache
//     quantise                  row x n + column of the values that code and scale stand for
//     route                     token x top_k + choice: the expert, then as many weights
//     permute                   row in the experts' order x n + column
//     collectives               element of 4 bytes on rank 0
#ifndef VALIDATE_REFERENCE_H
#define VALIDATE_REFERENCE_H

#include "validate/measurement.h"
#include "validate/operand.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REFERENCE_PLACES 2048
#define REFERENCE_RANDOM 1024 // at least, of an output with more elements than REFERENCE_PLACES

#define NORM_EPSILON 1e-5
#define ROTARY_BASE  10000.0
#define TRIAD_FACTOR 3.0 // STREAM's

// The seed of part `part` (0: a task by itself), the same for every task.
OPERAND_CALL uint64_t reference_seed(int part) {
    return 20250711u + 1024 * (uint64_t)part;
}

// Position of token t: angles stay so small that fp32 keeps them.
OPERAND_CALL int rotary_position(long token) {
    return (int)(token % 4096);
}

// The expert of a token's choice in permute and unpermute; a token's choices differ.
OPERAND_CALL int route_expert(uint64_t seed, long token, int choice, int experts) {
    uint64_t bits = operand_bits(seed + 64 * (uint64_t)OPERAND_CHOICE, (uint64_t)token);
    return (int)((bits + (uint64_t)choice) % (uint64_t)experts);
}

// First row of an expert's, of m rows spread over `experts`; of expert `experts`: m.
OPERAND_CALL long experts_first_row(long m, int experts, int expert) {
    long share = m / experts, more = m % experts;
    return expert * share + (expert < more ? expert : more);
}

// Elements of the output.
long reference_size(const Task *task);

// The places to check, in rising order: all of a small output; else random ones, edges of tiles, last row and column.
// Returns how many.
int reference_places(const Task *task, uint64_t seed, long places[REFERENCE_PLACES]);

// The output at one place; *scale: what its rounding errors grow with: |output| and the root of the sum of squares of the
// terms that make it.
double reference_output(const Task *task, uint64_t seed, long place, double *scale);

// Largest |value - output| / scale that correct kernels leave, with its reason in reference.c.
double reference_tolerance(const Task *task);

// Compares; fills checked, error, tolerance and, where they are wrong, detail. A value that is not finite is wrong.
// RUN_CHECKED or RUN_WRONG.
RunStatus reference_compare(const Task *task, uint64_t seed, const long places[], int count,
                            const double values[], Measurement *out);

#ifdef __cplusplus
}
#endif
#endif
