// plot.h — a picture as data: what it shows and in which units; written as a gnuplot script beside its data file, so that it
// can be run again and restyled by hand, and drawn.
//
//     whoever has numbers ── Plot ── plot_write ──> FOLDER/NAME.gp + NAME.dat ── gnuplot ──> NAME.svg, NAME.png, or text
// NAME.gp is what this plot has of its own (names, ranges, ticks, labels; texts as single-quoted literals, in which nothing is
// special) between two shipped scripts, where the style lives: results/plots/style.gp and KIND.gp. Texts may hold anything: they
// are shown as text, cut off with an ellipsis where they are long.
#ifndef RESULTS_PLOT_H
#define RESULTS_PLOT_H

#include "sim/base/error.h"
#include "sim/base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

// What a series' numbers mean in each kind:
//     lines     x, y, [low, high: an interval, drawn as a band]
//     points    x, y, [low, high], [z: weight 0 to 1, the point's area], [labels: text beside the point]
//     bars      y stacked on the series before; labels: the bars' names, which the first series holds (x is not read)
//     map       one series: cells x, y with the value z; the distinct x and y are its columns and rows, drawn equally wide
//     regions   cells x, y that belong to the series, on such a grid
//     timeline  a bar from `low` to `high` on line y (a stage, a chip), [labels: text in the bar]; x is not read
//     roofline  the first series: the roof as corners x, y (NaN parts two roofs); the others: points as in `points`
//     parity    x measured, y predicted, low, high
// Bars lie: the bars' axis goes down, y to the right. Labels are placed where they hide nothing, the first ones first; where
// there is no room for one it is left out.
typedef enum PlotKind {
    PLOT_LINES,
    PLOT_POINTS,
    PLOT_BARS,
    PLOT_MAP,
    PLOT_REGIONS,
    PLOT_TIMELINE,
    PLOT_ROOFLINE,
    PLOT_PARITY,
    PLOT_KINDS
} PlotKind;

extern const char *const PLOT_KIND_WORDS[PLOT_KINDS];

typedef struct PlotAxis {
    const char *label; // with its unit: "time to first token, ms"
    bool log;
    double from, to; // NaN: as the data go
} PlotAxis;

typedef struct PlotSeries {
    const char *name; // in the key
    int count;
    const double *x, *y, *z, *low, *high; // NULL where the kind has none; NaN: not drawn
    const char *const *labels;            // NULL, or count texts; NULL or "": none
    const bool *bare; // lines: NULL, or the points that have no mark of their own
    bool joined;      // points: a line through them, in their order
    bool
        faint; // points: small and grey, the many behind the few; timeline: thin, on the line's edge
} PlotSeries;

// A level that the numbers are held against: the memory's capacity, the speed that is asked for. Of bars it is one of y.
typedef struct PlotMark {
    double at;
    bool vertical;
    const char *label;
} PlotMark;

typedef struct Plot {
    PlotKind kind;
    const char *name;    // of the files: letters, digits, '-' and '_'
    const char *title;   // what is seen
    const char *caption; // chip, mode, design: below the title
    PlotAxis x, y, z;    // z: map
    const PlotSeries *series;
    int series_count;
    const PlotMark *marks;
    int mark_count;
} Plot;

// Whether there is anything to draw: a number that its axes can show.
bool plot_shows(const Plot *plot);

// Writes NAME.gp and NAME.dat into an existing folder, whole or not at all; an error where there is nothing to draw. By hand
// afterwards, in that folder:
//     gnuplot NAME.gp                    draws NAME.svg beside it
//     gnuplot -e "out='x.png'" NAME.gp   a png; out='-' on the terminal
bool plot_write(const Plot *plot, const char *folder, Error *err);

typedef enum PlotDrawn { PLOT_DRAWN, PLOT_NO_GNUPLOT, PLOT_FAILED } PlotDrawn;

// Draws NAME.svg or NAME.png (`ending`) in that folder with gnuplot, which must say nothing: what it says is the error.
PlotDrawn plot_draw(const char *folder, const char *name, const char *ending, Error *err);

// Adds the picture as text of `columns` x `lines` characters (more lines where bars need them), without control characters.
PlotDrawn plot_text(const Plot *plot, int columns, int lines, Text *out, Error *err);

#ifdef __cplusplus
}
#endif
#endif
