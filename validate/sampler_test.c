#include "validate/sampler.h"

#include <time.h>

#include "sim/base/test.h"
#include "validate/operand.h"

// A device whose runs take what a rule says.
typedef struct Clockwork {
    double (*rule)(int run);
    int runs;
} Clockwork;

static double sample(void *device, bool cold, Measurement *out) {
    Clockwork *clockwork = (Clockwork *)device;
    (void)cold, (void)out;
    return clockwork->rule(clockwork->runs++);
}

static double steady(int run) {
    return 1e-3 * (1 + 1e-4 * (double)operand_normal(1, (uint64_t)run));
}

static double noisy(int run) {
    return 1e-3 * (1 + 0.02 * (double)operand_normal(2, (uint64_t)run));
}

static double spiked(int run) {
    return run % 7 == 5 ? 5e-3 : steady(run);
}

static double slow_at_first(int run) {
    return run < 2 ? 1.0 : steady(run);
}

static double drifting(int run) {
    return 1e-3 * (1 + 0.1 * run);
}

static double slow(int run) {
    nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    return noisy(run);
}

static double broken(int run) {
    return run < 5 ? 1e-3 : (double)NAN;
}

static Measurement run_with(double (*rule)(int), SamplerOptions options, bool good) {
    static const Backend BACKEND = {.name = "clockwork", .sample = sample};
    Clockwork clockwork = {.rule = rule};
    Measurement out = {0};
    assert_int_equal(sampler_run(&BACKEND, &clockwork, true, &options, &out), good);
    return out;
}

TEST(sampler, stops_when_steady) {
    Measurement out = run_with(steady, SAMPLER_DEFAULTS, true);
    assert_int_equal(out.cold.settled, 1);
    assert_int_equal(out.cold.count, SAMPLER_DEFAULTS.least);
    assert_int_equal(out.cold.outliers, 0);
    assert_near(out.cold.median_s, 1e-3, 1e-3);
    assert_true(out.cold.low_s < out.cold.median_s && out.cold.median_s < out.cold.high_s);
    assert_int_equal(out.warm.count, 0);
}

TEST(sampler, says_that_noise_stayed) {
    Measurement out = run_with(noisy, SAMPLER_DEFAULTS, true);
    assert_int_equal(out.cold.settled, 0);
    assert_true(out.cold.noise > 0.01 && out.cold.noise < 0.03);
    assert_near(out.cold.median_s, 1e-3, 0.01);
}

TEST(sampler, leaves_spikes_out) {
    Measurement out = run_with(spiked, SAMPLER_DEFAULTS, true);
    assert_int_equal(out.cold.settled, 1);
    assert_true(out.cold.outliers > 0);
    assert_near(out.cold.median_s, 1e-3, 1e-3);
    assert_true(out.cold.noise < 1e-3);
}

TEST(sampler, throws_the_warm_up_away) {
    Measurement out = run_with(slow_at_first, SAMPLER_DEFAULTS, true);
    assert_int_equal(out.cold.outliers, 0);
    assert_near(out.cold.high_s, 1e-3, 1e-3);
}

TEST(sampler, stops_when_room_or_time_is_spent) {
    Measurement out = run_with(drifting, SAMPLER_DEFAULTS, true);
    assert_int_equal(out.cold.settled, -1);
    assert_int_equal(out.cold.count, SAMPLES_MOST);
    SamplerOptions short_of_time = SAMPLER_DEFAULTS;
    short_of_time.budget_s = 0.1;
    out = run_with(slow, short_of_time, true);
    assert_int_equal(out.cold.settled, -1);
    assert_in_range(out.cold.count, 3, 8);
}

TEST(sampler, a_failed_sample_leaves_no_timing) {
    Measurement out = run_with(broken, SAMPLER_DEFAULTS, false);
    assert_int_equal(out.cold.count, 0);
    assert_string_not_equal(out.detail, "");
}

// Ranks of 95 % limits of a median: Conover 1999, table of the sign test: n 10: 2nd and 9th; n 20: 6th and 15th; n 5: none.
TEST(sampler, limits_of_the_median_are_order_statistics) {
    static const int CASES[][3] = {
        {5,  1,  5 },
        {6,  1,  6 },
        {10, 2,  9 },
        {11, 2,  10},
        {20, 6,  15},
        {64, 24, 41}
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Timing timing = {.count = CASES[i][0]};
        for (int j = 0; j < timing.count; j++)
            timing.samples_s[j] = 100 + timing.count - j; // backwards
        timing_finish(&timing);
        assert_near(timing.low_s, 100 + CASES[i][1], 0);
        assert_near(timing.high_s, 100 + CASES[i][2], 0);
        assert_near(timing.median_s, 100 + (timing.count + 1) / 2.0, 0);
    }
}
