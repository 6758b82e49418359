#include "sim/base/test.h"

#include "hw/chip.h"
#include "hw/kernel.h"

static Chip gpu(void) {
    Chip chip = {.name = "gpu"};
    chip.peak.flop_per_s[MATH_BF16] = 989.4e12;
    chip.memory.bandwidth_bytes_per_s = 3.35e12;
    chip.matrix = (ChipMatrix){
        .kind = MATRIX_TILED, .cores = 132, .units = 528, .fma_per_unit = 512, .clock_hz = 1.83e9};
    return chip;
}

TEST(chip, accepts_a_peak_that_its_geometry_explains) {
    Error err;
    Chip chip = gpu();
    assert_true(chip_check(&chip, &err));
    chip.matrix.units = 0; // then there is nothing to check
    assert_true(chip_check(&chip, &err));
}

TEST(chip, refuses_a_peak_that_its_geometry_contradicts) {
    Error err;
    Chip chip = gpu();
    chip.peak.flop_per_s[MATH_BF16] = 1979e12; // the figure with sparsity
    assert_false(chip_check(&chip, &err));
    assert_non_null(strstr(err.what, "1.98 PFLOP/s"));
    chip.matrix.from.doubtful = "throttled on purpose";
    assert_true(chip_check(&chip, &err));
}

TEST(chip, refuses_incomplete_geometry) {
    Error err;
    Chip none = gpu(), untiled = gpu(), mixed = gpu(), systolic = gpu();
    none.peak.flop_per_s[MATH_BF16] = 0;
    assert_false(chip_check(&none, &err));
    untiled.matrix.cores = 0;
    assert_false(chip_check(&untiled, &err));
    mixed.matrix.rows = 128;
    assert_false(chip_check(&mixed, &err));
    systolic.matrix.kind = MATRIX_SYSTOLIC;
    assert_false(chip_check(&systolic, &err));
    systolic.matrix.rows = systolic.matrix.columns = 128;
    assert_true(chip_check(&systolic, &err));
}

TEST(chip, derives_peaks_that_are_not_listed) {
    Error err;
    Chip chip = gpu();
    chip.matrix.ratios[MATH_FP8] = 2;
    assert_true(chip_finish(&chip, &err));
    assert_near(chip.peak.flop_per_s[MATH_BF16], 989.4e12, 0); // listed
    assert_near(chip.peak.flop_per_s[MATH_FP8], 2 * 989.4e12, 1e-12);
    chip.peak = (ChipPeak){0};
    assert_true(chip_finish(&chip, &err));
    assert_near(chip.peak.flop_per_s[MATH_BF16], 2 * 528 * 512 * 1.83e9, 1e-12);
    assert_non_null(chip.peak.from.source);

    Chip systolic = {
        .matrix = {
                   .kind = MATRIX_SYSTOLIC, .units = 4, .rows = 128, .columns = 128, .clock_hz = 1e9}
    };
    assert_true(chip_finish(&systolic, &err));
    assert_near(systolic.peak.flop_per_s[MATH_BF16], 2 * 4 * 16384 * 1e9, 1e-12);
    Chip empty = {
        .matrix = {.kind = MATRIX_TILED, .cores = 4}
    };
    assert_false(chip_finish(&empty, &err));
    assert_non_null(strstr(err.hint, "fma_per_unit"));
}

TEST(chip, scales_its_peaks_with_the_matrix_unit) {
    Chip chip = gpu();
    ChipMatrix before = chip.matrix;
    chip.matrix.clock_hz *= 2;
    chip_scale_peak(&chip, &before);
    assert_near(chip.peak.flop_per_s[MATH_BF16], 2 * 989.4e12, 1e-12);
    before.units = 0; // unknown: nothing to go by
    chip_scale_peak(&chip, &before);
    assert_near(chip.peak.flop_per_s[MATH_BF16], 2 * 989.4e12, 1e-12);
}

TEST(chip, takes_the_16_bit_twin_of_an_arithmetic_it_lacks) {
    Chip chip = gpu();
    assert_int_equal(chip_math(&chip, MATH_BF16), MATH_BF16);
    assert_int_equal(chip_math(&chip, MATH_FP16), MATH_BF16);
    assert_int_equal(chip_math(&chip, MATH_FP8), MATH_COUNT);
    chip.peak.flop_per_s[MATH_FP16] = chip.peak.flop_per_s[MATH_BF16];
    chip.peak.flop_per_s[MATH_BF16] = 0; // V100
    assert_int_equal(chip_math(&chip, MATH_BF16), MATH_FP16);
}

TEST(kernel, table_defaults_are_the_datasheet_constants) {
    Kernel kernel = {0};
    field_init(&KERNEL_TABLE, &kernel);
    assert_int_equal(KERNEL_TABLE.count, 8);
    assert_memory_equal(&kernel, &KERNEL_DATASHEET, sizeof kernel);
}
