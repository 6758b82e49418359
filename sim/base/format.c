#include "sim/base/format.h"

const char *const MATH_NAMES[MATH_COUNT + 1] = {
    [MATH_FP32] = "fp32", [MATH_TF32] = "tf32", [MATH_BF16] = "bf16",
    [MATH_FP16] = "fp16", [MATH_FP8] = "fp8",   [MATH_INT8] = "int8",
    [MATH_FP6] = "fp6",   [MATH_FP4] = "fp4",   [MATH_INT4] = "int4",
};

// One row a format: id, name, math, bits, bits of a scale, values a scale in a weight and in an activation, help.
// clang-format off
#define FORMAT_LIST(X)                                                                             \
    X(FORMAT_NONE,      "none",      MATH_BF16, 0,  0,  1,     1,   "not said")                    \
    X(FORMAT_FP32,      "fp32",      MATH_FP32, 32, 0,  1,     1,   "IEEE single")                 \
    X(FORMAT_BF16,      "bf16",      MATH_BF16, 16, 0,  1,     1,   "8-bit exponent")              \
    X(FORMAT_FP16,      "fp16",      MATH_FP16, 16, 0,  1,     1,   "IEEE half")                   \
    X(FORMAT_FP8,       "fp8",       MATH_FP8,  8,  0,  1,     1,   "a scale per tensor")          \
    X(FORMAT_FP8_BLOCK, "fp8_block", MATH_FP8,  8,  32, 16384, 128, "fp32 scales: weights 128 x 128, activations 128") \
    X(FORMAT_INT8,      "int8",      MATH_INT8, 8,  0,  1,     1,   "a scale per channel, not counted") \
    X(FORMAT_INT4,      "int4",      MATH_INT4, 4,  16, 128,   128, "16-bit scales over groups of 128") \
    X(FORMAT_NVFP4,     "nvfp4",     MATH_FP4,  4,  8,  16,    16,  "fp8 scales over 16 values")   \
    X(FORMAT_MXFP4,     "mxfp4",     MATH_FP4,  4,  8,  32,    32,  "power-of-two scales over 32 values (OCP MX)")
// clang-format on

#define INFO(id, name, math, bits, scale, weight, activation, help)                                \
    [id] = {name, math, bits, scale, scale ? weight : 0, scale ? activation : 0, help},
#define NAME(id, name, math, bits, scale, weight, activation, help) [id] = name,
#define WEIGHT_BYTES_OF(id, name, math, bits, scale, weight, activation, help)                     \
    [id] = (bits + (double)scale / weight) / 8,
#define ACTIVATION_BYTES_OF(id, name, math, bits, scale, weight, activation, help)                 \
    [id] = (bits + (double)scale / activation) / 8,

const FormatInfo FORMATS[FORMAT_COUNT] = {FORMAT_LIST(INFO)};
const char *const FORMAT_NAMES[FORMAT_COUNT + 1] = {FORMAT_LIST(NAME)};

// Finished, because an evaluation of a microsecond asks for them dozens of times.
static const double WEIGHT_BYTES[FORMAT_COUNT] = {FORMAT_LIST(WEIGHT_BYTES_OF)};
static const double ACTIVATION_BYTES[FORMAT_COUNT] = {FORMAT_LIST(ACTIVATION_BYTES_OF)};

double format_weight_bytes(Format format) {
    return WEIGHT_BYTES[format];
}

double format_activation_bytes(Format format) {
    return ACTIVATION_BYTES[format];
}
