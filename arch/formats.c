#include "arch/formats.h"

#include "sim/base/text.h"

// clang-format off
const FormatShorthand FORMAT_SHORTHANDS[] = {
    {"fp32",      {FORMAT_FP32, FORMAT_FP32, FORMAT_BF16, FORMAT_NONE}, "weights and activations fp32"},
    {"bf16",      {FORMAT_BF16, FORMAT_BF16, FORMAT_BF16, FORMAT_NONE}, "everything bf16"},
    {"fp16",      {FORMAT_FP16, FORMAT_FP16, FORMAT_FP16, FORMAT_NONE}, "everything fp16"},
    {"fp8",       {FORMAT_FP8, FORMAT_FP8, FORMAT_BF16, FORMAT_NONE}, "weights and activations fp8, a scale per tensor; KV bf16"},
    {"fp8_block", {FORMAT_FP8_BLOCK, FORMAT_FP8_BLOCK, FORMAT_BF16, FORMAT_NONE}, "weights fp8 with 128x128 scales, activations with 1x128 scales; KV bf16"},
    {"int8",      {FORMAT_INT8, FORMAT_INT8, FORMAT_BF16, FORMAT_NONE}, "weights and activations int8; KV bf16"},
    {"int4",      {FORMAT_INT4, FORMAT_BF16, FORMAT_BF16, FORMAT_NONE}, "weights only, groups of 128; matmuls in 16 bit"},
    {"nvfp4",     {FORMAT_NVFP4, FORMAT_NVFP4, FORMAT_BF16, FORMAT_NONE}, "weights and activations fp4 with fp8 scales for 16 values; KV bf16"},
    {"mxfp4",     {FORMAT_MXFP4, FORMAT_BF16, FORMAT_BF16, FORMAT_NONE}, "weights only, 8-bit scales for 32 values; matmuls in 16 bit"},
};
// clang-format on
const int FORMAT_SHORTHAND_COUNT = FIELD_COUNT(FORMAT_SHORTHANDS);

bool formats_named(const char *name, Formats *formats, Error *err) {
    Nearest nearest = {0};
    for (int i = 0; i < FORMAT_SHORTHAND_COUNT; i++) {
        if (text_same_name(name, FORMAT_SHORTHANDS[i].name)) {
            *formats = FORMAT_SHORTHANDS[i].formats;
            return true;
        }
        nearest_offer(&nearest, name, FORMAT_SHORTHANDS[i].name);
    }
    error_set(err, "there are no formats '%s'", name);
    if (nearest.best)
        return error_hint(err, "did you mean '%s'?", nearest.best);
    return error_hint(err, "chipfit schema formats lists them");
}
