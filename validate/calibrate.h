// calibrate.h — fits a profile's constants, corrections and intervals to measured rows, class by class.
//
//     rows of a class ── folds over shape families ── fit_constants (NLopt) + smooth_fit on the others ── errors of the fold
//                     └─ all of them ── fit_constants + smooth_fit ──> Fit, with quantiles of the folds' errors
// A row's family (Row.family) is never on both sides. With several chips each is left out once as well.
#ifndef VALIDATE_CALIBRATE_H
#define VALIDATE_CALIBRATE_H

#include "validate/row.h"

#ifdef __cplusplus
extern "C" {
#endif

// Told after each class.
typedef void CalibrateTold(void *context, KernelClass which, const FitReport *report);

typedef struct CalibrateOptions {
    bool classes[KERNEL_CLASS_COUNT]; // to be fitted
    CalibrateTold *told;              // may be NULL
    void *context;
} CalibrateOptions;

// profile: from profile_init, with name and chips; on return ready for profile_finish. Rows without a measured time and
// rows kept apart are passed over. false: no class has enough rows.
bool calibrate(const Row rows[], int count, const CalibrateOptions *options, Profile *profile,
               Error *err);

#ifdef __cplusplus
}
#endif
#endif
