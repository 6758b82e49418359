// sampler.h — decides when a kernel has been timed well enough, and says what the samples amount to.
//
// Stops when the relative standard deviation of the kept samples is below `noise`, or when that deviation has itself
// settled (its last 16 values within 5 % of each other), or when the budget is spent (after nvbench's criterion). Outliers:
// modified z-score by the median absolute deviation above 14.8 (Iglewicz and Hoaglin 1993; threshold of hyperfine).
#ifndef VALIDATE_SAMPLER_H
#define VALIDATE_SAMPLER_H

#include "validate/backend.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct SamplerOptions {
    double noise;    // 0.005
    double budget_s; // of one timing
    int least;       // samples, at most SAMPLES_MOST
    int warm_up;     // samples thrown away first
} SamplerOptions;

extern const SamplerOptions SAMPLER_DEFAULTS;

// Takes samples until they are good enough. false: a sample failed (out->detail says why).
bool sampler_run(const Backend *backend, void *device, bool cold, const SamplerOptions *options,
                 Measurement *out);

// Statistics of timing->samples_s[0 .. count).
void timing_finish(Timing *timing);

#ifdef __cplusplus
}
#endif
#endif
