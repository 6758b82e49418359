// plot_labels.h — texts inside a plot's area, placed so that they hide neither each other nor, where it can be, what is drawn.
//
// A greedy search (Christensen, Marks, Shieber 1995, "An empirical study of algorithms for point-feature label placement", sec. 3.1):
// label after label takes the first free of some places round its point, near ones first; from afar a thin line leads back.
#ifndef RESULTS_PLOT_LABELS_H
#define RESULTS_PLOT_LABELS_H

#include "results/plot_frame.h"

#ifdef __cplusplus
extern "C" {
#endif

// Longest text of a label, in characters.
#define LABEL_CHARACTERS 48

// Writes marks and labels as commands of gnuplot.
void labels_write(const PlotFrame *frame, const Plot *plot, Text *out);

#ifdef __cplusplus
}
#endif
#endif
