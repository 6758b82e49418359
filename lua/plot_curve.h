// plot_curve.h — a design over one of its numbers or two: latency and MFU as curves, MFU as a map, each point evaluated anew.
#ifndef LUA_PLOT_CURVE_H
#define LUA_PLOT_CURVE_H

#include "lua/plot_over.h"
#include "results/plot.h"

#ifdef __cplusplus
extern "C" {
#endif

// Points that are no design (3 chips for tp 2), and why the first of them is none.
typedef struct LeftOut {
    int count;
    Error first;
} LeftOut;

// Two plots, `latency` and `mfu`, against what runs over. What does not fit into memory is drawn apart. false: no point is a
// design.
bool plot_curve(const Request *request, const Names *names, const Over *over, Arena *arena,
                Plot plots[2], LeftOut *left_out, Error *err);

// The MFU in each cell that fits into memory, or in all where none does; x across, y upwards.
bool plot_mfu_map(const Request *request, const Names *names, const Over *x, const Over *y,
                  Arena *arena, Plot *plot, LeftOut *left_out, Error *err);

#ifdef __cplusplus
}
#endif
#endif
