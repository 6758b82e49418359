// reference.h — what a kernel should have computed, in double precision, at places drawn from its output.
//
// Places number the elements of a task's output:
//     matmul, experts           (batch x) row x n + column
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

// Elements of the output.
long reference_size(const Task *task);

// The places to check: all of a small output; else random ones, edges of tiles, last row and column. Returns how many.
int reference_places(const Task *task, uint64_t seed, long places[REFERENCE_PLACES]);

// The output at one place; *scale: what its rounding errors grow with (sum of |terms|).
double reference_output(const Task *task, uint64_t seed, long place, double *scale);

// Largest |value - output| / scale that correct kernels leave, with its reason in reference.c.
double reference_tolerance(const Task *task);

// Compares; fills checked, error, tolerance. A value that is not finite is wrong. RUN_MEASURED or RUN_WRONG.
RunStatus reference_compare(const Task *task, uint64_t seed, const long places[], int count,
                            const double values[], Measurement *out);

#ifdef __cplusplus
}
#endif
#endif
