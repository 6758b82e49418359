// score.h — errors of predictions by group of rows: median, mean and 90 % quantile of |predicted / measured - 1|, bias, and
// the interval's coverage.
//
//     score_new ── score_add for each row ── score_groups ── score_free
#ifndef VALIDATE_SCORE_H
#define VALIDATE_SCORE_H

#include "validate/row.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SCORE_COLUMNS 16

// All errors and widths are shares, not per cent.
typedef struct ScoreGroup {
    const char *op;
    const char *values[SCORE_COLUMNS]; // of the columns to group by
    double rows;
    double median, mape, p90; // of |predicted / measured - 1|
    double bias;              // median of predicted / measured - 1
    double covered;           // rows inside their interval; NaN: no intervals
    double width;             // median of (high - low) / predicted; NaN: no intervals
    double extrapolated;      // rows that were
} ScoreGroup;

typedef struct Score Score;

Score *score_new(int columns);
void score_free(Score *score);

// values: of the columns, copied. interval: the row was predicted with one.
void score_add(Score *score, const char *op, const char *const values[], double measured_s,
               const Prediction *prediction, bool interval);

// The groups in the order in which they came, worked out; the score's own.
int score_groups(Score *score, const ScoreGroup **groups);

// Quantile (0 to 1) of sorted values by linear interpolation; NaN of none.
double score_quantile(const double sorted[], int count, double share);

// Ascending.
void score_sort(double values[], int count);

#ifdef __cplusplus
}
#endif
#endif
