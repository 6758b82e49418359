#include "validate/score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/arena.h"
#include "sim/base/hash.h"
#include "sim/base/heap.h"

typedef struct Samples {
    uint64_t key;
    double *errors, *biases, *widths; // |e|, e, (high - low) / predicted
    int count, capacity;
    double covered, intervals, extrapolated;
} Samples;

struct Score {
    int columns;
    Arena *texts;
    ScoreGroup *groups;
    Samples *samples;
    int count, capacity;
};

Score *score_new(int columns) {
    Score *score = heap_take(1, sizeof *score);
    score->columns = columns;
    score->texts = arena_new();
    return score;
}

void score_free(Score *score) {
    if (!score)
        return;
    for (int i = 0; i < score->count; i++) {
        free(score->samples[i].errors);
        free(score->samples[i].biases);
        free(score->samples[i].widths);
    }
    free(score->groups);
    free(score->samples);
    arena_free(score->texts);
    free(score);
}

static uint64_t key_of(const Score *score, const char *op, const char *const values[]) {
    Hash key = hash_bytes(op, strlen(op));
    for (int i = 0; i < score->columns; i++)
        key = hash_join(key, hash_bytes(values[i], strlen(values[i])));
    return key.low;
}

static int find_group(Score *score, const char *op, const char *const values[]) {
    uint64_t key = key_of(score, op, values);
    for (int i = score->count - 1; i >= 0; i--)
        if (score->samples[i].key == key)
            return i;
    if (score->count == score->capacity) {
        score->capacity = 2 * score->capacity + 16;
        score->groups = heap_resize(score->groups, score->capacity, sizeof *score->groups);
        score->samples = heap_resize(score->samples, score->capacity, sizeof *score->samples);
    }
    ScoreGroup *group = &score->groups[score->count];
    *group = (ScoreGroup){.op = arena_text(score->texts, op)};
    for (int i = 0; i < score->columns; i++)
        group->values[i] = arena_text(score->texts, values[i]);
    score->samples[score->count] = (Samples){.key = key};
    return score->count++;
}

void score_add(Score *score, const char *op, const char *const values[], double measured_s,
               const Prediction *prediction, bool interval) {
    int at = find_group(score, op, values);
    Samples *samples = &score->samples[at];
    if (samples->count == samples->capacity) {
        samples->capacity = 2 * samples->capacity + 64;
        samples->errors = heap_resize(samples->errors, samples->capacity, sizeof(double));
        samples->biases = heap_resize(samples->biases, samples->capacity, sizeof(double));
        samples->widths = heap_resize(samples->widths, samples->capacity, sizeof(double));
    }
    double error = prediction->time_s / measured_s - 1;
    samples->errors[samples->count] = fabs(error);
    samples->biases[samples->count] = error;
    samples->extrapolated += prediction->doubt > 0.5;
    samples->widths[samples->count++] =
        (prediction->high_s - prediction->low_s) / prediction->time_s;
    samples->intervals += interval;
    samples->covered +=
        interval && prediction->low_s <= measured_s && measured_s <= prediction->high_s;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void score_sort(double values[], int count) {
    if (count > 0)
        qsort(values, (size_t)count, sizeof *values, by_value);
}

double score_quantile(const double sorted[], int count, double share) {
    if (count == 0)
        return NAN;
    double at = share * (count - 1);
    int below = (int)at, above = below + 1 < count ? below + 1 : below;
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

int score_groups(Score *score, const ScoreGroup **groups) {
    for (int i = 0; i < score->count; i++) {
        Samples *samples = &score->samples[i];
        ScoreGroup *group = &score->groups[i];
        int count = samples->count;
        double sum = 0;
        for (int k = 0; k < count; k++)
            sum += samples->errors[k];
        score_sort(samples->errors, count);
        score_sort(samples->biases, count);
        score_sort(samples->widths, count);
        group->rows = count;
        group->mape = sum / count;
        group->median = score_quantile(samples->errors, count, 0.5);
        group->p90 = score_quantile(samples->errors, count, 0.9);
        group->bias = score_quantile(samples->biases, count, 0.5);
        bool interval = samples->intervals == count;
        group->covered = interval ? samples->covered / count : (double)NAN;
        group->width = interval ? score_quantile(samples->widths, count, 0.5) : (double)NAN;
        group->extrapolated = samples->extrapolated / count;
    }
    *groups = score->groups;
    return score->count;
}
