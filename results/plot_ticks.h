// plot_ticks.h — what an axis spans so that it begins and ends well, and the ticks on it.
#ifndef RESULTS_PLOT_TICKS_H
#define RESULTS_PLOT_TICKS_H

#include "results/plot_frame.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SCALE_MOST 1e100 // numbers beyond are not drawn

typedef struct ScaleRange {
    double low, high;
    int count;
    bool twos; // all of them are powers of two
} ScaleRange;

ScaleRange scale_range(void);
void scale_take(ScaleRange *range, double value);

// The axis over that range, its own limits before those of the numbers; about `parts` ticks.
PlotScale scale_of(const ScaleRange *range, const PlotAxis *axis, int parts);

// Characters of the widest tick of y.
int frame_y_tick_width(const PlotFrame *frame, const Plot *plot);

// Adds the ticks of both axes as commands of gnuplot.
void frame_ticks(const PlotFrame *frame, const Plot *plot, Text *out);

#ifdef __cplusplus
}
#endif
#endif
