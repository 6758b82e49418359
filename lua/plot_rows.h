// plot_rows.h — one pass over a run's rows, which keeps of each picture's rows those that it shows.
//
// Of rows that share picture (each), series (by), x and, on maps, y one is kept: the best, or the first where no best is
// asked for. Points that would lie on each other are one.
#ifndef LUA_PLOT_ROWS_H
#define LUA_PLOT_ROWS_H

#include "lua/plots_reader.h"
#include "lua/row_view.h"

// Points of a scatter: more are thinned out by joining neighbours.
#define PICKED_POINTS 3000
// From the least to the greatest number, from which on an axis is logarithmic unless the script says otherwise.
#define PLOT_LOG_RATIO 8.0

typedef struct PickedRow {
    int each, series; // numbers of their texts
    double x, y, z;
    double low, high; // the interval of y; NaN: none
    double best;      // what is compared, the less the better
    int64_t id;
} PickedRow;

typedef struct PickedText {
    const char *text;
    double order; // numbers by their size, words as the axis has them
    int64_t seen; // rows of it that the picture's `only` let pass
} PickedText;

typedef struct Picked {
    PickedRow *rows; // by each, series, x, y
    int count;
    PickedText *series, *each;
    int series_count, each_count;
    int64_t seen; // rows that the picture's `only` let pass
    bool thinned;
} Picked;

// Columns of the interval of a metric: time_s has time_low_s and time_high_s. -1: not among the rows.
typedef struct PickedColumns {
    int low, high;
} PickedColumns;

PickedColumns interval_columns(const StoreRun *run, int column);

// Fills `picked` for each of the pictures; all of it lives in the arena. Pictures of one design keep the best row alone.
bool rows_pick(Store *store, RowView *view, const Picture pictures[], int count, Picked picked[],
               Arena *arena, Error *err);

#endif
