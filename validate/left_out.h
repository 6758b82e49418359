// left_out.h — rows predicted by a fit that had not seen them: their errors, and the intervals that follow.
#ifndef VALIDATE_LEFT_OUT_H
#define VALIDATE_LEFT_OUT_H

#include "hw/profile.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct LeftOut {
    double rest;   // ln(measured / predicted)
    double time_s; // predicted
    double doubt;  // of the correction there, 0 to 1
    int group; // of shape families, below LEFT_OUT_GROUPS; one that rows share was left out of the fit as a whole
    bool seen; // else the row says nothing
} LeftOut;

#define LEFT_OUT_GROUPS 20

// Errors of the rows.
FitReport left_out_report(const LeftOut rows[], int count);

// Quantiles by predicted time, widened until rows of a group of families that the quantiles do not know of lie inside as
// often as they should (jackknife+ over groups: Barber et al. 2021, "Predictive inference with the jackknife+"): families err
// as a whole, so that quantiles of few say too little of the next one. chips: the same rows with their chip left out.
void left_out_residual(const LeftOut rows[], const LeftOut chips[], int count, Residual *residual);

#ifdef __cplusplus
}
#endif
#endif
