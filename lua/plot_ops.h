// plot_ops.h — the ops of an evaluated design under the roofs of its chip, and as bars of time.
#ifndef LUA_PLOT_OPS_H
#define LUA_PLOT_OPS_H

#include "lua/plot_design.h"

#ifdef __cplusplus
extern "C" {
#endif

// A unit in which times of up to that length read well.
typedef struct TimeUnit {
    const char *sign;
    double per_s;
} TimeUnit;

TimeUnit time_unit(double longest_s);

// Fill kind, title, axes, series; false where no op has anything to show.
bool plot_ops_roofline(const Design *design, const Breakdown *breakdown, Arena *arena, Plot *plot);
bool plot_ops_bars(const Design *design, const Breakdown *breakdown, Arena *arena, Plot *plot);

// A text of the arena, as printf writes it.
char *plot_words(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

#ifdef __cplusplus
}
#endif
#endif
