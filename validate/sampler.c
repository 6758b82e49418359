#include "validate/sampler.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/base/clock.h"

#define OUTLIER_DEVIATIONS 14.826 // in median absolute deviations
#define TICK               1e-3   // of the median: deviation that a coarse clock alone leaves
#define SETTLED_VALUES     16
#define SETTLED_SPREAD     0.05
#define SAMPLES_LEAST      3

const SamplerOptions SAMPLER_DEFAULTS = SAMPLER_VALUES;

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_of(double sorted[], int count) {
    return count % 2 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
}

static void sort(double values[], int count) {
    qsort(values, (size_t)count, sizeof *values, by_value);
}

// How far from the median a sample may be.
static double outlier_limit(const double sorted[], int count, double median) {
    double off[SAMPLES_MOST];
    for (int i = 0; i < count; i++)
        off[i] = fabs(sorted[i] - median);
    sort(off, count);
    return OUTLIER_DEVIATIONS * fmax(median_of(off, count), TICK * median);
}

// The largest rank r (from 1) with P(Binomial(count, 1/2) < r) <= 2.5 %; 0: none.
static int limit_rank(int count) {
    double chance = pow(0.5, count), below = chance; // of 0 successes
    int rank = 0;
    while (below <= 0.025 && rank < count) {
        rank++;
        chance *= (double)(count - rank + 1) / rank;
        below += chance;
    }
    return rank;
}

static double noise_of(const double values[], int count) {
    double mean = 0, squares = 0;
    for (int i = 0; i < count; i++)
        mean += values[i] / count;
    for (int i = 0; i < count; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    return count > 1 ? sqrt(squares / (count - 1)) / mean : 0;
}

void timing_finish(Timing *timing) {
    double sorted[SAMPLES_MOST];
    int count = timing->count, kept = 0;
    timing->median_s = timing->low_s = timing->high_s = timing->noise = 0;
    timing->outliers = 0;
    if (count == 0)
        return;
    for (int i = 0; i < count; i++)
        sorted[i] = timing->samples_s[i];
    sort(sorted, count);
    double median = median_of(sorted, count), limit = outlier_limit(sorted, count, median);
    for (int i = 0; i < count; i++)
        if (fabs(sorted[i] - median) <= limit)
            sorted[kept++] = sorted[i];
    int rank = limit_rank(kept);
    timing->outliers = count - kept;
    timing->median_s = median_of(sorted, kept);
    timing->low_s = sorted[rank > 0 ? rank - 1 : 0];
    timing->high_s = sorted[kept - (rank > 0 ? rank : 1)];
    timing->noise = noise_of(sorted, kept);
}

// Whether the last noises are within 5 % of each other.
static bool noise_settled(const double noises[], int count) {
    if (count < SETTLED_VALUES)
        return false;
    double least = noises[count - 1], most = least;
    for (int i = count - SETTLED_VALUES; i < count; i++) {
        least = fmin(least, noises[i]);
        most = fmax(most, noises[i]);
    }
    return most <= least * (1 + SETTLED_SPREAD);
}

static bool take(const Backend *backend, void *device, bool cold, Measurement *out,
                 double *sample_s) {
    *sample_s = backend->sample(device, cold, out);
    if (*sample_s > 0 && isfinite(*sample_s))
        return true;
    if (!out->detail[0])
        snprintf(out->detail, sizeof out->detail, "a run seemed to take %g s", *sample_s);
    return false;
}

bool sampler_run(const Backend *backend, void *device, bool cold, const SamplerOptions *options,
                 Measurement *out) {
    Timing *timing = cold ? &out->cold : &out->warm;
    double begin_s = clock_s(), noises[SAMPLES_MOST], sample_s;
    int noise_count = 0;
    *timing = (Timing){0};
    out->round_count = 1;
    for (int i = 0; i < options->warm_up && clock_s() - begin_s < options->budget_s / 3; i++)
        if (!take(backend, device, cold, out, &sample_s))
            return false;
    while (timing->count < SAMPLES_MOST) {
        if (!take(backend, device, cold, out, &sample_s)) {
            *timing = (Timing){0};
            return false;
        }
        timing->samples_s[timing->count++] = sample_s;
        timing->round_counts[0] = timing->count;
        timing_finish(timing);
        bool enough = timing->count >= options->least && timing->count >= SAMPLES_LEAST;
        if (enough)
            noises[noise_count++] = timing->noise;
        timing->settled = 1;
        if (enough && timing->noise < options->noise)
            return true;
        timing->settled = 0;
        if (noise_settled(noises, noise_count))
            return true;
        timing->settled = -1;
        if (timing->count >= SAMPLES_LEAST && clock_s() - begin_s >= options->budget_s)
            return true;
    }
    return true;
}
