// plot_frame.h — where a plot stands on its page: the heads above it, what its axes span, their ticks, and the area between.
//
// Lengths are in px of the svg, on a page of text in characters; from the lower left corner.
#ifndef RESULTS_PLOT_FRAME_H
#define RESULTS_PLOT_FRAME_H

#include "results/plot.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct PlotPage {
    double width, height;
    double character, line; // how wide a character is, how high a line
    bool text;
} PlotPage;

typedef struct PlotScale {
    double from, to; // from > to: the axis runs backwards
    double step;     // between ticks; 0: those of a log axis
    bool log;
    bool twos; // log: the numbers are powers of two, and so are the ticks
} PlotScale;

// The distinct x or y of cells, ascending: the middle of number i lies at i.
typedef struct PlotSteps {
    double *at;
    int count;
} PlotSteps;

typedef struct PlotFrame {
    PlotPage page;
    double left, right, bottom, top; // of the area
    double key;                      // its left edge
    PlotScale x, y; // to the right and upwards, whichever of the plot's axes stands there
    const PlotAxis *x_axis, *y_axis; // NULL: bars, whose names need no label
    PlotSteps columns, rows;         // of map and regions
    int bars;                        // of bars, or lines of a timeline
} PlotFrame;

// Whether the number can stand on that axis.
bool frame_draws(const PlotAxis *axis, double value);

// false: the plot has nothing to draw. frame_free releases it either way.
bool frame_new(PlotFrame *frame, const Plot *plot, const PlotPage *page, Error *err);
void frame_free(PlotFrame *frame);

// Where the number lies, in lengths of the page.
double frame_x(const PlotFrame *frame, double value);
double frame_y(const PlotFrame *frame, double value);

// A length of the page as gnuplot's screen coordinate, across and upwards: characters stand on whole numbers.
double page_across(const PlotPage *page, double length);
double page_up(const PlotPage *page, double length);

// The number's place among the steps, between two of them where it lies between.
double steps_place(const PlotSteps *steps, double value, bool log);

// Of a name in the key, at most so long.
#define KEY_CHARACTERS 30

// Text of a bar's name, at most so long.
#define BAR_CHARACTERS 44

// Writes ranges, ticks and labels of the axes, the heads and the edges of the area as commands of gnuplot.
void frame_write(const PlotFrame *frame, const Plot *plot, Text *out);

#ifdef __cplusplus
}
#endif
#endif
