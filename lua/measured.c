#include "lua/measured.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/base/field.h"

static const Field MEASURED = {
    .name = "measured", .kind = FIELD_NUMBER, .unit = UNIT_S, .min = 1e-9, .max = 1e6};

bool measured_read(const char *text, double *measured_s, Error *err) {
    char *end;
    double seconds = strtod(text, &end);
    return *text && !*end ? field_set_number(&MEASURED, measured_s, seconds, err)
                          : field_set_text(&MEASURED, measured_s, text, err);
}

typedef struct Measured {
    double
        roof_s; // useful FLOP at dense peak, or unavoidable bytes at full bandwidth: what takes longer
    double ratio; // to the prediction
    double mfu, mbu;
} Measured;

static Measured measured_of(double measured_s, const Metrics *metrics) {
    double share = metrics->interval_s / measured_s;
    return (Measured){.roof_s = fmax(metrics->mfu, metrics->mbu) * metrics->interval_s,
                      .ratio = measured_s / metrics->time_s,
                      .mfu = metrics->mfu * share,
                      .mbu = metrics->mbu * share};
}

// The 90 % interval, where there is one.
static const char *place_of(double measured_s, const Metrics *metrics) {
    return isnan(metrics->time_low_s)          ? ""
           : measured_s < metrics->time_low_s  ? ", faster than its interval"
           : measured_s > metrics->time_high_s ? ", slower than its interval"
                                               : ", inside its interval";
}

static const char *say(char text[32], double seconds) {
    unit_format(text, 32, seconds, UNIT_S);
    return text;
}

void measured_text(Text *out, double measured_s, const Metrics *metrics) {
    Measured measured = measured_of(measured_s, metrics);
    char roof[32], predicted[32], time[32];
    say(roof, measured.roof_s);
    say(predicted, metrics->time_s);
    say(time, measured_s);
    text_addf(out, "measured    %s  %.2f times the prediction%s: MFU %.2f%%, MBU %.2f%%\n", time,
              measured.ratio, place_of(measured_s, metrics), 100 * measured.mfu,
              100 * measured.mbu);
    text_addf(out, "            up to %s  the roof: %s of this design at the data sheet's peaks\n",
              roof, metrics->mfu > metrics->mbu ? "the FLOP" : "the bytes");
    text_addf(out,
              "            up to %s  kernels, links and launches take this: another shape or plan, "
              "not tuning\n",
              predicted);
    if (measured_s < measured.roof_s)
        text_add(out,
                 "            faster than the roof: this is not the design that was measured\n");
    else if (measured_s > metrics->time_s)
        text_addf(out,
                  "            up to %s  beyond the kernels' model: what an engine adds, and yours "
                  "to win back\n",
                  time);
}

void measured_json_member(Text *out, double measured_s, const Metrics *metrics) {
    Measured measured = measured_of(measured_s, metrics);
    const struct {
        const char *name;
        double value;
    } members[] = {
        {"time_s", measured_s     },
        {"ratio",  measured.ratio },
        {"mfu",    measured.mfu   },
        {"mbu",    measured.mbu   },
        {"roof_s", measured.roof_s}
    };
    text_add(out, "\"measured\":{");
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        text_addf(out, "%s\"%s\":", i ? "," : "", members[i].name);
        text_add_number(out, members[i].value);
    }
    text_add(out, "}");
}
