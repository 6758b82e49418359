// plot_default.h — pictures that any run can show: its frontier, with labels on the designs that matter, throughput against
// speed where it is about decoding, and the best design, which the caller draws.
#ifndef LUA_PLOT_DEFAULT_H
#define LUA_PLOT_DEFAULT_H

#include "lua/plot_series.h"

#define DEFAULT_PLOTS 3

// The rows that they need, for the one pass over all rows: pictures[] has room for DEFAULT_PLOTS. Returns how many; the last
// is the best design by the first objective.
int default_pictures(const PlotSource *source, Picture pictures[]);

// The plots of rows, from those pictures' rows and the stored frontier; plots[] has room for DEFAULT_PLOTS.
bool default_plots(const PlotSource *source, Store *store, const Picture pictures[],
                   const Picked picked[], int count, Plot plots[], int *made, Error *err);

#endif
