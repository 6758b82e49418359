#include "sim/interval.h"

#include "sim/base/test.h"

static const Span FIRST = {.memory_s = 1, .below_s = 0.1, .above_s = 0.2};
static const Span REST = {.memory_s = 10, .below_s = 0.5, .above_s = 2};

TEST(interval, without_an_engine_is_that_of_the_kernels) {
    Metrics metrics = {0};
    interval_fill(&metrics, NULL, &FIRST, &REST, 100);
    assert_near(metrics.ttft_low_s, 0.9, 1e-12);
    assert_near(metrics.ttft_high_s, 1.2, 1e-12);
    assert_near(metrics.tpot_low_s, 0.095, 1e-12);
    assert_near(metrics.tpot_high_s, 0.12, 1e-12);
    assert_near(metrics.time_low_s, 10.4, 1e-12);
    assert_near(metrics.time_high_s, 13.2, 1e-12);
}

TEST(interval, adds_the_engines_doubt_to_the_kernels_as_independent_errors) {
    const Engine engine = {.ttft_doubt = 1, .tpot_doubt = 0.3};
    Metrics metrics = {0};
    interval_fill(&metrics, &engine, &FIRST, &REST, 100);
    assert_near(metrics.ttft_low_s, exp(-hypot(log(0.9), 1)), 1e-12);
    assert_near(metrics.ttft_high_s, exp(hypot(log(1.2), 1)), 1e-12);
    assert_near(metrics.tpot_high_s, 0.1 * exp(hypot(log(1.2), 0.3)), 1e-12);
    assert_near(metrics.time_high_s, metrics.ttft_high_s + 100 * metrics.tpot_high_s, 1e-12);
}

TEST(interval, of_a_phase_of_one_part_leaves_the_other_alone) {
    Metrics metrics = {.ttft_low_s = NAN, .tpot_low_s = NAN};
    interval_fill(&metrics, NULL, NULL, &REST, 1);
    assert_true(isnan(metrics.ttft_low_s));
    assert_near(metrics.time_low_s, metrics.tpot_low_s, 1e-12);
    metrics.tpot_low_s = NAN;
    interval_fill(&metrics, NULL, &FIRST, NULL, 0);
    assert_true(isnan(metrics.tpot_low_s));
    assert_near(metrics.time_low_s, 0.9, 1e-12);
}

// Kernels that may be off by more than they take: still a positive time.
TEST(interval, stays_positive) {
    const Engine engine = {.tpot_doubt = 0.3};
    const Span wide = {.memory_s = 1, .below_s = 3, .above_s = 3};
    Metrics metrics = {0};
    interval_fill(&metrics, &engine, NULL, &wide, 1);
    assert_true(metrics.tpot_low_s > 0 && metrics.tpot_low_s < 0.1);
}
