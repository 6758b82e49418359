// plot_page.h — a plot as script and data for one page: what plot_write puts into files and plot_text draws at once.
#ifndef RESULTS_PLOT_PAGE_H
#define RESULTS_PLOT_PAGE_H

#include "results/plot_frame.h"

#ifdef __cplusplus
extern "C" {
#endif

bool plot_page_write(const Plot *plot, const PlotPage *page, Text *script, Text *data, Error *err);

// The beginning of all ids in the svg of the plot of that name.
void plot_page_id(Text *out, const char *name);

#ifdef __cplusplus
}
#endif
#endif
