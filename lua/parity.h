// parity.h — predicted against measured as a plot: points by class of kernel on log axes, with their intervals.
#ifndef LUA_PARITY_H
#define LUA_PARITY_H

#include "lua/validation.h"

#ifdef __cplusplus
extern "C" {
#endif

// Writes STEM.dat and STEM.gp, and draws STEM.svg and STEM.png with gnuplot where it is installed; else says so.
bool parity_write(const Validation *validation, const char *stem, Error *err);

// Draws it on standard output.
bool parity_print(const Validation *validation, Error *err);

#ifdef __cplusplus
}
#endif
#endif
