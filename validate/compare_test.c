#include <math.h>

#include "sim/base/test.h"
#include "validate/compare.h"

static const Chip CHIP = {
    .name = "chip",
    .peak = {.flop_per_s = {[MATH_BF16] = 1e15, [MATH_FP8] = 2e15}},
    .vector = {                  .fp32_flop_per_s = 67e12,                                .special_per_s = 4e12},
    .memory = {                  .capacity_bytes = 80e9,                        .bandwidth_bytes_per_s = 3e12},
    .store = {                  .capacity_bytes = 50e6,                      .bandwidth_bytes_per_s = 5.5e12},
    .matrix = {                  .kind = MATRIX_TILED,                                         .cores = 132, .clock_hz = 1.8e9},
    .power = { .tdp_w = 700,                                          .idle_w = 70},
};

static Result result_of(TaskKind kind, Format format, double cold_s, double energy_j) {
    Result result = {0};
    Error err;
    task_init(&result.task);
    result.task.kind = kind;
    result.task.a = format;
    result.task.m = result.task.n = result.task.k = 4096;
    assert_true(task_finish(&result.task, &err));
    measurement_init(&result.measurement, &result.task);
    result.measurement.status = RUN_MEASURED;
    result.measurement.cold.median_s = cold_s;
    result.measurement.energy_j = energy_j;
    return result;
}

static Compared compare(const Result results[], int count) {
    const CompareOptions options = {.chip = &CHIP};
    Compared row;
    Error err;
    assert_true(compare_one(results, count, &options, &row, &err));
    return row;
}

TEST(compare, mfu_is_flop_over_time_and_peak) {
    double flop = 2.0 * 4096 * 4096 * 4096;
    Result half = result_of(TASK_MATMUL, FORMAT_BF16, flop / 0.5e15, 0);
    Compared row = compare(&half, 1);
    assert_near(row.mfu, 0.5, 1e-12);
    assert_false(row.above_peak);
    Result byte = result_of(TASK_MATMUL, FORMAT_FP8, flop / 0.5e15, 0);
    assert_near(compare(&byte, 1).mfu, 0.25, 1e-12);
    assert_near(row.modes[MODE_DATASHEET].mfu, flop / 1e15 / row.modes[MODE_DATASHEET].time_s,
                1e-12);
    assert_false(row.modes[MODE_CALIBRATED].known);
    Result norm = result_of(TASK_NORM, FORMAT_BF16, 1e-5, 0);
    assert_true(isnan(compare(&norm, 1).mfu));
}

TEST(compare, nothing_runs_above_its_peak) {
    Result result = result_of(TASK_MATMUL, FORMAT_BF16, 2.0 * 4096 * 4096 * 4096 / 1.2e15, 0);
    assert_true(compare(&result, 1).above_peak);
}

TEST(compare, a_layer_is_the_sum_of_its_formats) {
    Result results[3] = {result_of(TASK_LAYER, FORMAT_BF16, 1e-3, 0),
                         result_of(TASK_MATMUL, FORMAT_BF16, 0, 0),
                         result_of(TASK_MATMUL, FORMAT_FP8, 0, 0)};
    results[2].task.times = 2;
    Compared row = compare(results, 3);
    double flop = 2.0 * 4096 * 4096 * 4096;
    assert_near(row.mfu, (flop / 1e15 + 2 * flop / 2e15) / 1e-3, 1e-12);
    assert_string_equal(row.op, "layer");
}

TEST(compare, groups_are_classes_and_formats) {
    Result results[] = {result_of(TASK_MATMUL, FORMAT_BF16, 1e-3, 0.1),
                        result_of(TASK_MATMUL, FORMAT_BF16, 2e-3, 0.2),
                        result_of(TASK_MATMUL, FORMAT_FP8, 1e-3, 0),
                        result_of(TASK_NORM, FORMAT_BF16, 1e-3, 0)};
    Compared rows[5];
    CompareGroup groups[8];
    for (int i = 0; i < 4; i++)
        rows[i] = compare(&results[i], 1);
    Result failed = results[0];
    failed.measurement.status = RUN_WRONG; // never counted
    rows[4] = compare(&failed, 1);
    assert_int_equal(compare_groups(rows, 5, groups, 8), 3);
    assert_int_equal(groups[0].rows, 2);
    assert_string_equal(groups[1].format, "fp8");
    double first = fabs(compare_error(&rows[0], MODE_DATASHEET)),
           second = fabs(compare_error(&rows[1], MODE_DATASHEET));
    assert_near(groups[0].modes[MODE_DATASHEET].median, (first + second) / 2, 1e-12);
    assert_near(groups[0].modes[MODE_DATASHEET].mape, (first + second) / 2, 1e-12);
    assert_int_equal(groups[0].modes[MODE_CALIBRATED].rows, 0);
    assert_true(isnan(groups[0].inside));
    assert_near(groups[0].energy, 0.15, 1e-12);
    assert_true(isnan(groups[1].energy_ratio)); // not measured
    assert_int_equal(compare_total(rows, 5).rows, 4);
}

TEST(compare, energy_is_the_models_own) {
    // A matmul that the matrix unit binds draws no more than the chip may.
    Result result = result_of(TASK_MATMUL, FORMAT_BF16, 1e-3, 0.1);
    Compared row = compare(&result, 1);
    double joules = row.modes[MODE_DATASHEET].energy_j, time_s = row.modes[MODE_DATASHEET].time_s;
    assert_true(joules > 70 * time_s && joules <= 700 * time_s * (1 + 1e-12));
}
