// sampler.h — decides when a kernel has been timed well enough, and says what the samples amount to.
//
// Stops when the relative standard deviation of the samples, outliers apart, is below `noise`, or when that deviation has
// itself settled (its last 16 values within 5 % of each other), or when the budget is spent or SAMPLES_MOST are taken (after
// nvbench's criterion). Outliers: further from the median than 14.826 median absolute deviations, 10 standard deviations
// of a normal distribution (Iglewicz and Hoaglin 1993; threshold of hyperfine).
#ifndef VALIDATE_SAMPLER_H
#define VALIDATE_SAMPLER_H

#include "validate/backend.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct SamplerOptions {
    double noise;    // 0.005
    double budget_s; // of one timing
    int least;       // samples, at most SAMPLES_MOST; three where the budget does not last for more
    int warm_up;     // samples thrown away first, in a third of the budget
} SamplerOptions;

// noise, budget_s, least, warm_up; half a second settles most kernels and lets 300 shapes, cold and warm, end in five minutes.
#define SAMPLER_VALUES                                                                             \
    { 0.005, 0.5, 11, 2 }
extern const SamplerOptions SAMPLER_DEFAULTS;

// Takes samples until they are good enough, into out->cold or out->warm. false: a sample failed (out->detail says why).
bool sampler_run(const Backend *backend, void *device, bool cold, const SamplerOptions *options,
                 Measurement *out);

// Statistics of timing->samples_s[0 .. count), `settled` apart. Limits of the median: order statistics that enclose it with
// 95 % (binomial); with fewer than six samples the extremes.
void timing_finish(Timing *timing);

#ifdef __cplusplus
}
#endif
#endif
