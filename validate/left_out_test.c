#include "validate/left_out.h"

#include <math.h>
#include <stdlib.h>

#include "sim/base/test.h"

#define ROWS_A_FAMILY 30
#define FAMILIES      300

static double uniform(uint64_t *state) {
    *state = *state * 0x5851F42D4C957F2Du + 0x14057B7EF767814Fu; // Knuth's MMIX
    return (double)(*state >> 11) / 9007199254740992.0;
}

static double normal(uint64_t *state) {
    return sqrt(-2 * log(1 - uniform(state))) * cos(2 * acos(-1.0) * uniform(state));
}

// Rows whose errors have a part of their family and one of their own.
static int draw(int families, double shared, double own, uint64_t *state, LeftOut rows[]) {
    int count = 0;
    for (int family = 0; family < families; family++) {
        double common = shared * normal(state);
        for (int i = 0; i < ROWS_A_FAMILY; i++)
            rows[count++] = (LeftOut){.rest = common + own * normal(state),
                                      .time_s = 20e-6 * exp2(4 * uniform(state)),
                                      .group = family % LEFT_OUT_GROUPS,
                                      .seen = true};
    }
    return count;
}

// The share of rows of new families inside the interval that some others gave.
static double covered(int families, double shared, double own, uint64_t seed) {
    LeftOut *rows = calloc((size_t)FAMILIES * ROWS_A_FAMILY, sizeof *rows);
    LeftOut *chips = calloc((size_t)FAMILIES * ROWS_A_FAMILY, sizeof *chips);
    uint64_t state = seed;
    Residual residual = {0};
    int inside = 0, count = draw(families, shared, own, &state, rows);
    left_out_residual(rows, chips, count, &residual);
    count = draw(FAMILIES, shared, own, &state, rows);
    for (int i = 0; i < count; i++) {
        int band = (int)floor((log2(rows[i].time_s / 4e-6) + 2) / 2);
        inside += rows[i].rest >= residual.low[band] && rows[i].rest <= residual.high[band];
    }
    free(rows);
    free(chips);
    return (double)inside / count;
}

static double covered_on_average(int families, double shared, double own) {
    double sum = 0;
    int draws = families < 50 ? 40 : 5;
    for (int i = 0; i < draws; i++)
        sum += covered(families, shared, own, (uint64_t)i + 1);
    return sum / draws;
}

// Few families say little of the next one, but the interval holds its rows all the same.
TEST(left_out, intervals_hold_rows_of_families_that_they_do_not_know) {
    assert_near(covered_on_average(4, 0.1, 0.03), 0.9, 0.05);
    assert_near(covered_on_average(7, 0.1, 0.03), 0.9, 0.05);
    assert_near(covered_on_average(20, 0.1, 0.03), 0.9, 0.03);
    assert_near(covered_on_average(200, 0.1, 0.03), 0.91, 0.02);
    assert_near(covered_on_average(7, 0, 0.1), 0.9, 0.05);
    assert_near(covered_on_average(200, 0, 0.1), 0.91, 0.02);
}

TEST(left_out, reports_median_mean_and_90_percent_quantile) {
    LeftOut rows[101];
    for (int i = 0; i <= 100; i++)
        rows[i] = (LeftOut){.rest = -log(1 + i / 100.0), .time_s = 1e-5, .seen = i < 100};
    FitReport report = left_out_report(rows, 101);
    assert_near(report.rows, 100, 0);
    assert_near(report.median, 0.495, 1e-9);
    assert_near(report.mape, 0.495, 1e-9);
    assert_near(report.p90, 0.891, 1e-9);
}

// Rows where the correction knows nothing widen the interval there, not elsewhere.
TEST(left_out, tells_of_rows_far_from_the_others) {
    LeftOut rows[400], chips[400] = {{0}};
    uint64_t state = 1;
    for (int i = 0; i < 400; i++) {
        bool far = i % 4 == 0;
        rows[i] = (LeftOut){.rest = (far ? 0.4 : 0.05) * normal(&state),
                            .time_s = 5e-5,
                            .doubt = far,
                            .group = i % LEFT_OUT_GROUPS,
                            .seen = true};
    }
    Residual residual = {0};
    left_out_residual(rows, chips, 400, &residual);
    assert_true(residual.far > 0.1);
    assert_near(residual.other_chip, 0.05, 1e-9);
}
