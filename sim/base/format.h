// format.h — number formats: how values are stored (Format) and the rates at which chips multiply them (Math).
//
// It stands in sim/base because chips (hw) list their peaks by Math and models (arch) their tensors by Format, and the
// two do not know each other.
#ifndef SIM_BASE_FORMAT_H
#define SIM_BASE_FORMAT_H

#ifdef __cplusplus
extern "C" {
#endif

// Kinds of matrix arithmetic for which a chip has a peak rate, from wide to narrow.
typedef enum Math {
    MATH_FP32,
    MATH_TF32,
    MATH_BF16,
    MATH_FP16,
    MATH_FP8,
    MATH_INT8,
    MATH_FP6,
    MATH_FP4,
    MATH_INT4,
    MATH_COUNT
} Math;

extern const char *const MATH_NAMES[MATH_COUNT + 1]; // NULL-terminated: "fp32", ...

// Storage formats, with their block scales. FORMAT_NONE means "not said".
typedef enum Format {
    FORMAT_NONE,
    FORMAT_FP32,
    FORMAT_BF16,
    FORMAT_FP16,
    FORMAT_FP8,
    FORMAT_FP8_BLOCK,
    FORMAT_INT8,
    FORMAT_INT4,
    FORMAT_NVFP4,
    FORMAT_MXFP4,
    FORMAT_COUNT
} Format;

// Bytes of a value where no format is chosen: activations between kernels, norms, router, embedding and head in 16 bit;
// scores and logits in fp32.
#define HALF_BYTES  2.0
#define SCORE_BYTES 4.0

typedef struct FormatInfo {
    const char *name;
    Math math;               // the arithmetic that multiplies it without conversion
    double bits;             // of a value, without its scale
    double scale_bits;       // of one block's scale; 0: a scale per tensor, not counted
    double weight_block;     // values that share a scale in a weight
    double activation_block; // values that share a scale in an activation
    const char *help;
} FormatInfo;

extern const FormatInfo FORMATS[FORMAT_COUNT];
extern const char *const FORMAT_NAMES[FORMAT_COUNT + 1]; // NULL-terminated, [0] = "none"

// Bytes of one value, its share of the block scale included.
double format_weight_bytes(Format format);
double format_activation_bytes(Format format);

#ifdef __cplusplus
}
#endif
#endif
