// plot_data.h — the numbers of a plot as the blocks of its data file, and what its script must know of them.
//
// A block for each series that has something to draw, two empty lines apart. Columns:
//     lines, points, roofline, parity   x, y, low, high (both y where there is none), weight (-1: none)
//     bars                              number of the bar from 1, where its piece begins, where it ends
//     timeline                          y, from, to
//     map                               number of the column and row from 0, value, x, y
//     regions                           number of the first and last column of a run of cells and of its row
// On a page of text the last four are points, one for each character: x, y.
#ifndef RESULTS_PLOT_DATA_H
#define RESULTS_PLOT_DATA_H

#include "results/plot_frame.h"

#ifdef __cplusplus
extern "C" {
#endif

// false: there is nothing to draw. `head`: the script's variables.
bool data_write(const PlotFrame *frame, const Plot *plot, Text *head, Text *data, Error *err);

#ifdef __cplusplus
}
#endif
#endif
