// plot_run.h — a stored run's rows as pictures: those that its script asks for, then those that any run can show.
//
//     RUN.sqlite ── plot_rows (one pass) ──> picked rows ── plot_series ──> Plot      lines, points, map, regions
//                └─ the best design, evaluated again ── plot_design ─────> Plot      roofline, ops, memory, timeline
#ifndef LUA_PLOT_RUN_H
#define LUA_PLOT_RUN_H

#include "lua/stored.h"
#include "results/plot.h"

// All live in the arena that run_plots was given.
typedef struct RunPlots {
    Plot *plots;
    int count;
    int asked;          // the first so many are the script's own
    const char **notes; // why a picture that was asked for is not there
    int note_count;
} RunPlots;

// The pictures. An error: a function of the script failed, or the file could not be read.
bool run_plots_all(Stored *stored, Arena *arena, RunPlots *all, Error *err);

// The same without the notes.
bool run_plots(Stored *stored, Arena *arena, Plot **plots, int *count, Error *err);

#endif
