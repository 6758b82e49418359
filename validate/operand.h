// operand.h — the random operands of kernels under test: a number by seed and index, the same on every device.
//
// Only integer arithmetic and exact scaling, so that a GPU makes the very values that the reference works out for itself
// and no operand is ever copied. Sum of four 16-bit uniforms, variance 1: near normal (Irwin 1927, Hall 1927), because
// zeros and constants run faster than real data.
#ifndef VALIDATE_OPERAND_H
#define VALIDATE_OPERAND_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "sim/base/format.h"

#ifdef __CUDACC__
#define OPERAND_CALL static inline __host__ __device__
#else
#define OPERAND_CALL static inline
#endif

// Tensors of a kernel, each with rows and columns: A m rows of k; W n rows of k (of experts and batches: matrix x n + j);
// queries, keys and values (sequence, token, head) rows of their width, token counted in the sequence.
typedef enum Operand {
    OPERAND_A = 1, // activations, queries
    OPERAND_W,     // weights
    OPERAND_K,     // keys, by (sequence, token, head, dim)
    OPERAND_V,
    OPERAND_RESIDUAL,
    OPERAND_SCALES, // of blocks
    OPERAND_CHOICE  // scores of experts, weights of choices, order of pages
} Operand;

// 64 well-mixed bits (splitmix64: Steele, Lea, Flood 2014).
OPERAND_CALL uint64_t operand_bits(uint64_t seed, uint64_t index) {
    uint64_t z =
        (seed + 1) * 0x9e3779b97f4a7c15u ^ (index + 0x632be59bd9b4e019u) * 0xd1342543de82ef95u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

// Mean 0, variance 1, between -3.47 and 3.47, exact in float.
OPERAND_CALL float operand_normal(uint64_t seed, uint64_t index) {
    uint64_t bits = operand_bits(seed, index);
    int sum = (int)(bits & 0xffff) + (int)(bits >> 16 & 0xffff) + (int)(bits >> 32 & 0xffff) +
              (int)(bits >> 48) - 2 * 65535;
    return (float)sum * (1.0f / 37837.0f); // 65536 / sqrt(3)
}

// The nearest number with so many bits of mantissa, subnormals below 2^least_exponent, at most `most` (ties to even).
OPERAND_CALL float operand_round(float x, int mantissa, int least_exponent, float most) {
    uint32_t bits, unit_bits;
    float unit;
    memcpy(&bits, &x, sizeof bits);
    int exponent = (int)(bits >> 23 & 0xff) - 127;
    if (exponent < least_exponent)
        exponent = least_exponent;
    unit_bits = (uint32_t)(exponent - mantissa + 127) << 23;
    memcpy(&unit, &unit_bits, sizeof unit);
    float rounded = rintf(x / unit) * unit;
    return rounded > most ? most : rounded < -most ? -most : rounded;
}

// x as a number of the format, without its block's scale. Whole numbers: int8 rint(32 x), int4 rint(2 x).
OPERAND_CALL float operand_code(Format format, float x) {
    switch (format) {
    case FORMAT_BF16:
        return operand_round(x, 7, -100, 1e30f);
    case FORMAT_FP16:
        return operand_round(x, 10, -14, 65504.0f);
    case FORMAT_FP8: // e4m3
    case FORMAT_FP8_BLOCK:
        return operand_round(x, 3, -6, 448.0f);
    case FORMAT_INT8:
        return rintf(32.0f * x);
    case FORMAT_INT4:
        return rintf(2.0f * x);
    case FORMAT_NVFP4: // e2m1
    case FORMAT_MXFP4:
        return operand_round(x, 1, 0, 6.0f);
    default:
        return x;
    }
}

// Values that share a scale, along a row; 0: the format has no block scales. fp8_block weights: 128 x 128.
OPERAND_CALL int operand_block(Format format) {
    switch (format) {
    case FORMAT_FP8_BLOCK:
    case FORMAT_INT4:
        return 128;
    case FORMAT_NVFP4:
        return 16;
    case FORMAT_MXFP4:
        return 32;
    default:
        return 0;
    }
}

// The scale of a block: 0.5, 1 or 2, exact in every scale's format.
OPERAND_CALL float operand_scale(uint64_t seed, Operand which, uint64_t block) {
    int draw = (int)(operand_bits(seed + 64 * (uint64_t)which + OPERAND_SCALES, block) % 3);
    return draw == 0 ? 0.5f : draw == 1 ? 1.0f : 2.0f;
}

// The number of the block that the element at (row, column) of a tensor with rows of `columns` belongs to.
OPERAND_CALL uint64_t operand_block_of(Format format, Operand which, uint64_t row, uint64_t column,
                                       uint64_t columns) {
    uint64_t block = (uint64_t)operand_block(format);
    uint64_t across = (columns + block - 1) / block;
    if (format == FORMAT_FP8_BLOCK && which == OPERAND_W)
        row /= 128;
    return row * across + column / block;
}

// The code of an element, and the value that it stands for.
OPERAND_CALL float operand_stored(Format format, uint64_t seed, Operand which, uint64_t row,
                                  uint64_t column, uint64_t columns) {
    return operand_code(format,
                        operand_normal(seed + 64 * (uint64_t)which, row * columns + column));
}

OPERAND_CALL float operand_value(Format format, uint64_t seed, Operand which, uint64_t row,
                                 uint64_t column, uint64_t columns) {
    float code = operand_stored(format, seed, which, row, column, columns);
    if (operand_block(format) == 0)
        return code;
    return code * operand_scale(seed, which, operand_block_of(format, which, row, column, columns));
}

#endif
