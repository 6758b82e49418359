// formats.h — the number format of each tensor class of a network.
//
// A shorthand sets several classes: see FORMAT_SHORTHANDS ("fp8": weights and activations fp8, KV bf16; "int4": weights
// only). Embedding, output head, router and norms stay bf16. Activations between kernels are 16 bit; `activations` is
// the format of the matmuls' inputs.
#ifndef ARCH_FORMATS_H
#define ARCH_FORMATS_H

#include "sim/base/field.h"
#include "sim/base/format.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Formats {
    Format weights;     // linear layers of blocks and experts
    Format activations; // inputs of those layers
    Format kv;          // KV cache
    Format
        matmul; // arithmetic of those layers; FORMAT_NONE: the wider of weights and activations that the chip has
} Formats;

typedef struct FormatShorthand {
    const char *name;
    Formats formats;
    const char *help;
} FormatShorthand;

extern const FormatShorthand FORMAT_SHORTHANDS[];
extern const int FORMAT_SHORTHAND_COUNT;

// The Formats of a shorthand, or an error naming the nearest.
bool formats_named(const char *name, Formats *formats, Error *err);

#ifdef __cplusplus
}
#endif
#endif
