#include "validate/left_out.h"

#include <math.h>
#include <stdlib.h>

#include "sim/base/heap.h"
#include "validate/score.h"

#define BAND_ROWS 40   // of a band of predicted time with quantiles of its own
#define TAIL      0.05 // of the rows that lie beyond either quantile
// Of the rows that an interval shall hold; of unknown families FEW / groups more, as the largest of few errors is found too
// small. Chosen on the left-out errors of the shipped profiles: intervals from 70 % of the families then held 89 % (classes
// of at most seven families) and 92 % (all others) of the other rows, in the mean of classes and draws.
#define INSIDE      0.905
#define FEW         0.2
#define MOST        0.995
#define FAR_LEAST   0.1 // ln; where no rows tell
#define OTHER_LEAST 0.05
#define FAMILY_MORE 0.3 // ln; another class or family, at least

// --- Errors ------------------------------------------------------------------------------------------------------------

FitReport left_out_report(const LeftOut rows[], int count) {
    double *errors = heap_take((size_t)count, sizeof *errors), sum = 0;
    int seen = 0;
    for (int i = 0; i < count; i++)
        if (rows[i].seen)
            errors[seen++] = fabs(exp(-rows[i].rest) - 1);
    score_sort(errors, seen);
    for (int i = 0; i < seen; i++)
        sum += errors[i];
    FitReport report = {.rows = seen,
                        .median = score_quantile(errors, seen, 0.5),
                        .mape = sum / seen,
                        .p90 = score_quantile(errors, seen, 0.9)};
    free(errors);
    return report;
}

// --- Quantiles ---------------------------------------------------------------------------------------------------------

// Some rows: those of a group, those of all others, or all.
typedef struct Share {
    const LeftOut *rows;
    int count;
    int group; // -1: all
    bool out;  // the group itself
} Share;

static bool in_share(const Share *share, const LeftOut *row) {
    return row->seen && (share->group < 0 || (row->group == share->group) == share->out);
}

static int band_of(double time_s) {
    int band = (int)floor((log2(time_s / 4e-6) + 2) / 2);
    return band < 0 ? 0 : band < RESIDUAL_BANDS ? band : RESIDUAL_BANDS - 1;
}

// The rests of a band, and of its neighbours as far as are needed for quantiles.
static int band_rests(const Share *share, int band, double rests[]) {
    int found = 0;
    for (int reach = 0; reach < RESIDUAL_BANDS && found < BAND_ROWS; reach++) {
        found = 0;
        for (int i = 0; i < share->count; i++) {
            const LeftOut *row = &share->rows[i];
            if (in_share(share, row) && abs(band_of(row->time_s) - band) <= reach)
                rests[found++] = row->rest;
        }
    }
    score_sort(rests, found);
    return found;
}

// By how much a row lies beyond the interval; negative: inside.
static double beyond(const LeftOut *row, const Residual *residual) {
    int band = band_of(row->time_s);
    return fmax(row->rest - residual->high[band], residual->low[band] - row->rest);
}

// The width to be added on both sides so that the share of rows that lie inside is what it should be; NaN: too few rows.
static double more_width(const Share *share, const Residual *residual, double least_doubt,
                         double inside) {
    double *excess = heap_take((size_t)share->count, sizeof *excess);
    int found = 0;
    for (int i = 0; i < share->count; i++)
        if (in_share(share, &share->rows[i]) && share->rows[i].doubt >= least_doubt)
            excess[found++] = beyond(&share->rows[i], residual);
    score_sort(excess, found);
    double width = found < 10 ? (double)NAN : fmax(0, score_quantile(excess, found, inside));
    free(excess);
    return width;
}

static void set_quantiles(const Share *share, Residual *residual) {
    double *rests = heap_take((size_t)share->count, sizeof *rests);
    for (int band = 0; band < RESIDUAL_BANDS; band++) {
        int found = band_rests(share, band, rests);
        residual->low[band] = score_quantile(rests, found, TAIL);
        residual->high[band] = score_quantile(rests, found, 1 - TAIL);
    }
    free(rests);
    double far = more_width(share, residual, 0.5, 0.9);
    residual->far = isnan(far) ? FAR_LEAST : far;
}

// --- Families that are not known ---------------------------------------------------------------------------------------

// How far the rows of each group lie beyond the interval of all others; returns how many there are.
static int jackknife(const LeftOut rows[], int count, double excess[], int *groups) {
    int found = 0;
    *groups = 0;
    for (int group = 0; group < LEFT_OUT_GROUPS; group++) {
        Share others = {rows, count, group, false}, own = {rows, count, group, true};
        Residual residual;
        bool known = false;
        for (int i = 0; i < count && !known; i++)
            known = in_share(&others, &rows[i]);
        if (!known)
            continue; // it is alone
        int before = found;
        set_quantiles(&others, &residual);
        for (int i = 0; i < count; i++)
            if (in_share(&own, &rows[i]))
                excess[found++] = beyond(&rows[i], &residual);
        *groups += found > before;
    }
    return found;
}

static double rounded(double x) {
    return floor(1e4 * x + 0.5) / 1e4;
}

// Both ends of each band outwards, or inwards, but never past each other.
static void widen(Residual *residual, double width) {
    residual->low_count = residual->high_count = RESIDUAL_BANDS;
    for (int band = 0; band < RESIDUAL_BANDS; band++) {
        double least = -(residual->high[band] - residual->low[band]) / 2, more = fmax(width, least);
        residual->low[band] = rounded(residual->low[band] - more);
        residual->high[band] = rounded(residual->high[band] + more);
    }
}

void left_out_residual(const LeftOut rows[], const LeftOut chips[], int count, Residual *residual) {
    Share all = {rows, count, -1, false}, elsewhere = {chips, count, -1, false};
    double *excess = heap_take((size_t)count, sizeof *excess);
    int groups, found = jackknife(rows, count, excess, &groups);
    score_sort(excess, found);
    set_quantiles(&all, residual);
    widen(residual,
          found > 0 ? score_quantile(excess, found, fmin(MOST, INSIDE + FEW / groups)) : 0);
    free(excess);
    residual->far = rounded(residual->far);
    double other = more_width(&elsewhere, residual, 0, 0.9);
    residual->other_chip = rounded(isnan(other) ? OTHER_LEAST : other);
    residual->other_family = rounded(fmax(FAMILY_MORE, residual->other_chip));
}
