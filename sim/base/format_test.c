#include "sim/base/format.h"

#include "sim/base/test.h"

// Bits a value with its share of the scales: DeepSeek-V3 report (2412.19437) sec. 3.3 for fp8_block;
// NVIDIA's NVFP4 and the OCP MX specification 1.0 for the 4-bit floats; GPTQ's group of 128 for int4.
TEST(format, counts_block_scales) {
    static const struct {
        Format format;
        double weight_bits, activation_bits;
        Math math;
    } CASES[] = {
        {FORMAT_FP32,      32,                8 * 4.0,       MATH_FP32},
        {FORMAT_BF16,      16,                16,            MATH_BF16},
        {FORMAT_FP16,      16,                16,            MATH_FP16},
        {FORMAT_FP8,       8,                 8,             MATH_FP8 },
        {FORMAT_FP8_BLOCK, 8 + 32.0 / 16384., 8 + 32. / 128, MATH_FP8 },
        {FORMAT_INT8,      8,                 8,             MATH_INT8},
        {FORMAT_INT4,      4.125,             4.125,         MATH_INT4},
        {FORMAT_NVFP4,     4.5,               4.5,           MATH_FP4 },
        {FORMAT_MXFP4,     4.25,              4.25,          MATH_FP4 },
        {FORMAT_NONE,      0,                 0,             MATH_BF16},
    };
    assert_int_equal(sizeof CASES / sizeof CASES[0], FORMAT_COUNT);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        assert_near(8 * format_weight_bytes(CASES[i].format), CASES[i].weight_bits, 1e-15);
        assert_near(8 * format_activation_bytes(CASES[i].format), CASES[i].activation_bits, 1e-15);
        assert_int_equal(FORMATS[CASES[i].format].math, CASES[i].math);
    }
}

TEST(format, names_match_the_tables_and_end_in_null) {
    for (int i = 0; i < FORMAT_COUNT; i++) {
        assert_string_equal(FORMAT_NAMES[i], FORMATS[i].name);
        assert_non_null(FORMATS[i].help);
    }
    assert_null(FORMAT_NAMES[FORMAT_COUNT]);
    for (int i = 0; i < MATH_COUNT; i++)
        assert_non_null(MATH_NAMES[i]);
    assert_null(MATH_NAMES[MATH_COUNT]);
    assert_string_equal(FORMAT_NAMES[FORMAT_FP8_BLOCK], "fp8_block");
    assert_string_equal(MATH_NAMES[MATH_INT4], "int4");
}
