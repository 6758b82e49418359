// fit.h — the end of every kernel's cost: the profile's correction over shapes, and how far the time may be off.
//
// time x factor(shape), never below the time at the chip's peaks. The factor knows the shape alone, not the chip's rates,
// so that a faster chip stays no slower. In datasheet mode there is neither correction nor interval.
#ifndef SIM_FIT_H
#define SIM_FIT_H

#include <stdint.h>
#include <string.h>

#include "sim/machine.h"

#ifdef __cplusplus
extern "C" {
#endif

// log2 with straight lines between the powers of two: within 0.09 of it, in a nanosecond. 0 and less give about -1000.
static inline double fit_log2(double x) {
    int64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return (double)bits * 0x1p-52 - 1023;
}

// The grid's factor and doubt at a point, and the interval at a time; fit.c.
void fit_correct(const Fit *fit, const Machine *machine, const FitPoint *point, double bound_s,
                 OpCost *cost);

// bound_s: the op's time at the chip's peaks.
static inline void fit_apply(const Fit *fit, const Machine *machine, FitPoint point, double bound_s,
                             OpCost *cost) {
    if (fit->correction.axis_count > 0 || fit->interval || fit->seen)
        fit_correct(fit, machine, &point, bound_s, cost);
}

#ifdef __cplusplus
}
#endif
#endif
