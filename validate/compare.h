// compare.h — a measurement beside what the model says of it, in both modes: time with its interval, MFU and energy.
//
//     Results ── compare_one for each task ──> Compared ── compare_groups ──> CompareGroup by class of kernel and format
// MFU = FLOP by definition / (time x dense peak of the arithmetic that runs); of a layer the sum over its kernels' formats.
// Nothing runs faster than that peak: where a measurement does, either chip or measurement is wrong, and the row says so.
#ifndef VALIDATE_COMPARE_H
#define VALIDATE_COMPARE_H

#include "sim/metrics.h"
#include "validate/measurement.h"
#include "validate/row_task.h"

#ifdef __cplusplus
extern "C" {
#endif

// What one mode says.
typedef struct Predicted {
    bool known; // calibrated: a profile serves the chip
    bool interval, extrapolated;
    double time_s, low_s, high_s;
    double mfu;
    double energy_j; // NaN: the chip's power is not known
} Predicted;

#define COMPARE_TEXT 32

typedef struct Compared {
    const Result *result;
    int parts;                 // results that follow it
    char op[COMPARE_TEXT];     // class of kernel
    char format[COMPARE_TEXT]; // "bf16", "bf16 x int4"
    double measured_s;         // NaN: it was not
    double peak_s;             // its FLOP at the dense peak; 0: it has none
    double mfu;                // measured; NaN: it has no FLOP or no time
    bool above_peak;           // mfu above 1: the row is wrong
    bool disturbed; // no second round confirms measured_s (rounds.h): belongs to no group
    Predicted modes[MODE_COUNT];
} Compared;

typedef struct CompareOptions {
    const Chip *chip;
    const System *system;   // NULL: none
    const Profile *profile; // NULL: datasheet mode alone
    bool warm;              // warm times in place of cold ones
} CompareOptions;

// results[0] with its parts, if it is a layer, in results[1 .. count - 1]. false: the chip cannot run it.
bool compare_one(const Result results[], int count, const CompareOptions *options, Compared *out,
                 Error *err);

// The mode that a row is judged by: calibrated where it is known.
static inline Mode compare_mode(const Compared *row) {
    return row->modes[MODE_CALIBRATED].known ? MODE_CALIBRATED : MODE_DATASHEET;
}

// predicted / measured - 1; NaN where either is missing.
double compare_error(const Compared *row, Mode mode);

// Errors of a mode, as shares.
typedef struct CompareErrors {
    int rows;
    double median, mape, p90;
} CompareErrors;

typedef struct CompareGroup {
    const char *op, *format; // of the first row; NULL in a total
    int rows;                // measured, and not disturbed
    int disturbed;           // of a total: measured and disturbed
    CompareErrors modes[MODE_COUNT];
    double inside;                   // share of rows inside the interval; NaN: no intervals
    double mfu_predicted, mfu;       // medians; NaN: no FLOP
    double energy_predicted, energy; // medians of joules, over rows that have both; NaN: none
    double energy_ratio;             // median of predicted over measured
} CompareGroup;

// Whether a row counts: it was measured, and nothing says that its time is not the kernel's.
static inline bool compare_counts(const Compared *row) {
    return row->measured_s > 0 && !row->disturbed;
}

// Groups in the order in which they come; at most `most`. Rows that do not count belong to none.
int compare_groups(const Compared rows[], int count, CompareGroup groups[], int most);

// All rows that count together.
CompareGroup compare_total(const Compared rows[], int count);

#ifdef __cplusplus
}
#endif
#endif
