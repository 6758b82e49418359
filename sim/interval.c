#include "sim/interval.h"

#include <math.h>

// Kernels cannot take less than this share of what is predicted: the logarithm stays finite.
#define LEAST_SHARE 0.01

typedef struct Range {
    double low_s, high_s;
} Range;

static Range range_of(const Span *span, double doubt) {
    double time_s = span_s(span), below_s = fmax(0, span->below_s),
           above_s = fmax(0, span->above_s);
    if (doubt == 0 || !(time_s > 0))
        return (Range){time_s - below_s, time_s + above_s};
    double below = log(fmax(LEAST_SHARE, 1 - below_s / time_s)), above = log1p(above_s / time_s);
    return (Range){time_s * exp(-hypot(below, doubt)), time_s * exp(hypot(above, doubt))};
}

void interval_fill(Metrics *metrics, const Engine *engine, const Span *first, const Span *rest,
                   double steps) {
    Range whole = {0};
    if (first) {
        Range range = range_of(first, engine ? engine->ttft_doubt : 0);
        metrics->ttft_low_s = range.low_s;
        metrics->ttft_high_s = range.high_s;
        whole = range;
    }
    if (rest) {
        Range range = range_of(rest, engine ? engine->tpot_doubt : 0);
        metrics->tpot_low_s = range.low_s / steps;
        metrics->tpot_high_s = range.high_s / steps;
        whole.low_s += range.low_s;
        whole.high_s += range.high_s;
    }
    metrics->time_low_s = whole.low_s;
    metrics->time_high_s = whole.high_s;
}
