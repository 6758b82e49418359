#include "hw/profile.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/heap.h"
#include "sim/base/test.h"

static Profile *new_profile(void) {
    Profile *profile = heap_take(1, sizeof *profile);
    profile_init(profile);
    return profile;
}

TEST(profile, without_rows_is_the_datasheet_with_a_wide_interval) {
    Profile *profile = new_profile();
    Error err;
    assert_true(profile_finish(profile, &err));
    for (int i = 0; i < KERNEL_CLASS_COUNT; i++) {
        assert_true(profile->fits[i].interval && !profile->fits[i].given);
        assert_memory_equal(&profile->fits[i].constants, &PROFILE_DATASHEET.fits[i].constants,
                            sizeof(KernelConstants));
    }
    free(profile);
}

static void set_interval(Residual *residual, double low, double high) {
    residual->low_count = residual->high_count = RESIDUAL_BANDS;
    for (int i = 0; i < RESIDUAL_BANDS; i++) {
        residual->low[i] = low;
        residual->high[i] = high;
    }
}

TEST(profile, stand_ins_serve_with_a_wider_interval) {
    Profile *profile = new_profile();
    Error err;
    Fit *half = &profile->fits[KERNEL_MATMUL_16];
    half->report.rows = 100;
    half->constants.matmul.matrix_efficiency = 0.6;
    half->residual.other_family = 0.5;
    set_interval(&half->residual, -0.1, 0.2);
    assert_true(profile_finish(profile, &err));
    const Fit *byte = &profile->fits[KERNEL_MATMUL_8], *narrow = &profile->fits[KERNEL_MATMUL_4];
    assert_true(half->given && !byte->given && byte->interval);
    assert_near(byte->constants.matmul.matrix_efficiency, 0.6, 0);
    assert_near(byte->residual.low[0], -0.6, 1e-12);
    assert_true(narrow->residual.high[3] > byte->residual.high[3]);
    free(profile);
}

TEST(profile, says_what_is_wrong) {
    Profile *profile = new_profile();
    Error err;
    Fit *fit = &profile->fits[KERNEL_DECODE_16];
    fit->correction = (Grid){
        .axes = {{"a", 0, 1, 3}, {"b", 0, 1, 2}},
          .axis_count = 2
    };
    fit->correction.log_factor_count = 6;
    fit->correction.doubt_count = 5;
    assert_false(profile_finish(profile, &err));
    assert_non_null(strstr(err.what, "decode_16"));
    fit->correction.doubt_count = 6;
    assert_true(profile_finish(profile, &err));
    set_interval(&fit->residual, 0.3, 0.2);
    assert_false(profile_finish(profile, &err));
    assert_non_null(strstr(err.what, "low is above high"));
    free(profile);
}
