// plot_series.h — from picked rows to plots: series, axes with units, captions.
#ifndef LUA_PLOT_SERIES_H
#define LUA_PLOT_SERIES_H

#include "lua/plot_rows.h"
#include "results/plot.h"

// What all plots of a run share.
typedef struct PlotSource {
    const StoreRun *run; // as it stands in the file
    const Goal *goal;
    const Space *space;
    const char *mode; // datasheet, calibrated, or both
    Arena *arena;
} PlotSource;

// How the numbers of a column are written: times `scale`, under `label` with its unit.
typedef struct AxisWords {
    const char *label;
    double scale;
} AxisWords;

// For a column of the rows whose greatest value is `most`.
AxisWords axis_words(const PlotSource *source, int column, double most);

// An axis from its numbers: logarithmic where they suggest it.
PlotAxis axis_of(const char *label, const double values[], int count);

// What is the same in all rows, and how numbers came about: "model qwen3-235b-a22b; formats fp8; mode calibrated".
const char *run_caption(const PlotSource *source, const char *more);

// The plots of a picture of rows, one for each value of its `each`. Returns how many; plots[] has room for each_count or 1.
int picture_plots(const PlotSource *source, const Picture *picture, const Picked *picked,
                  Plot plots[]);

// NAME-VALUE with letters that a file's name may have.
const char *plot_name(Arena *arena, const char *name, const char *value);

// "TITLE: VALUE", the title being the script's or else `own`.
const char *plot_title(Arena *arena, const char *given, const char *own, const char *value);

#endif
