#include "validate/smooth.h"

#include <math.h>
#include <stdlib.h>

#include "sim/base/heap.h"
#include "sim/base/test.h"

#define ROWS 4000

static double hill(double m, double n) {
    return 0.2 * sin(m / 2) + 0.01 * n;
}

// Rows over m = 2^0 .. 2^12, n = 2^6 .. 2^12, k = 64.
static SmoothRow *rows_of_hill(void) {
    SmoothRow *rows = heap_take(ROWS, sizeof *rows);
    for (int i = 0; i < ROWS; i++) {
        double m = 12.0 * (i % 80) / 80, n = 6 + 6.0 * (i / 80) / 50;
        double outlier = i % 37 == 0 ? 3 : 0;
        rows[i] = (SmoothRow){.rest = hill(m, n) + outlier,
                              .parts = 1,
                              .share = {1},
                              .point = {{{exp2(m), exp2(n), 64}}}};
    }
    return rows;
}

TEST(smooth, follows_rows_and_not_outliers) {
    SmoothRow *rows = rows_of_hill();
    Grid *grid = heap_take(1, sizeof *grid);
    smooth_fit(grid, rows, ROWS, 0.1);
    int stride = grid->axes[1].count * grid->axes[2].count;
    for (int a = 0; a < grid->axes[0].count; a++)
        for (int b = 0; b < grid->axes[1].count; b++) {
            // fit_log2 runs straight between powers of two.
            double m = grid->axes[0].first + a * grid->axes[0].step;
            double n = grid->axes[1].first + b * grid->axes[1].step;
            double found = grid->log_factor[a * stride + b * grid->axes[2].count];
            assert_true(fabs(found - hill(m, n)) < 0.03);
        }
    free(grid);
    free(rows);
}

TEST(smooth, fades_and_doubts_where_no_rows_are) {
    SmoothRow rows[40];
    for (int i = 0; i < 40; i++) // one corner, and a single row at the other end
        rows[i] = (SmoothRow){.rest = 0.3,
                              .parts = 1,
                              .share = {1},
                              .point = {{{i < 39 ? 1 + i / 20.0 : 65536, 1, 1}}}};
    rows[39].rest = 0;
    Grid *grid = heap_take(1, sizeof *grid);
    smooth_fit(grid, rows, 40, 1);
    int stride = grid->axes[1].count * grid->axes[2].count;
    assert_true(grid->log_factor[0] > 0.2 && grid->doubt[0] < 0.05);
    int middle = grid->axes[0].count / 2 * stride;
    assert_true(fabs(grid->log_factor[middle]) < 0.2 && grid->doubt[middle] > 0.9);
    free(grid);
}

TEST(smooth, nothing_of_no_rows) {
    Grid *grid = heap_take(1, sizeof *grid);
    smooth_fit(grid, NULL, 0, 1);
    assert_int_equal(grid->axis_count, 0);
    free(grid);
}
