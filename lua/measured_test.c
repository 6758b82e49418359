#include "lua/measured.h"

#include <string.h>

#include "sim/base/test.h"

static const Metrics DECODE = {.time_s = 0.01,
                               .interval_s = 0.01,
                               .time_low_s = 0.009,
                               .time_high_s = 0.012,
                               .mfu = 0.1,
                               .mbu = 0.6};

static void expect(double measured_s, const char *word) {
    Text out = {0};
    measured_text(&out, measured_s, &DECODE);
    if (!strstr(out.data, word))
        fail_msg("no '%s' in:\n%s", word, out.data);
    text_free(&out);
}

// 10 ms at MBU 0.6: the bytes alone take 6 ms.
TEST(measured, tells_roof_kernels_and_engine_apart) {
    expect(0.02, "2.00 times the prediction, slower than its interval: MFU 5.00%, MBU 30.00%");
    expect(0.02, "up to 6 ms  the roof: the bytes");
    expect(0.02, "up to 20 ms  beyond the kernels' model");
    expect(0.0095, "inside its interval");
    expect(0.007, "faster than its interval");
    expect(0.005, "faster than the roof");
}

TEST(measured, reads_a_time_with_its_unit_or_in_seconds) {
    double time_s;
    Error err;
    assert_true(measured_read("21 ms", &time_s, &err));
    assert_near(time_s, 0.021, 1e-12);
    assert_true(measured_read("0.5", &time_s, &err));
    assert_near(time_s, 0.5, 1e-12);
    assert_false(measured_read("", &time_s, &err));
    assert_false(measured_read("0", &time_s, &err));
    assert_false(measured_read("nan", &time_s, &err));
}
