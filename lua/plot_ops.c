#include "lua/plot_ops.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENGINES   5
#define FIXED     4
#define BARS      18  // ops with a bar of their own; the rest share one
#define NAMED     14  // ops whose points carry their names
#define FAR_RIGHT 4   // of the ridge, so that a roof is seen
#define NAME_AT   0.5 // of the memory's slope

static const char *const ENGINE_WORDS[ENGINES] = {"matrix units", "vector units", "memory", "links",
                                                  "fixed: launches, host"};
static const char *const BOUND_BY[ENGINES] = {"bound by matrix units", "bound by vector units",
                                              "bound by memory", "bound by links",
                                              "bound by launches"};

TimeUnit time_unit(double longest_s) {
    return longest_s >= 1      ? (TimeUnit){"s", 1}
           : longest_s >= 1e-3 ? (TimeUnit){"ms", 1e3}
                               : (TimeUnit){"us", 1e6};
}

char *plot_words(Arena *arena, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = arena_take(arena, (size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

static int binding_engine(const BreakdownRow *row) {
    const double times[ENGINES] = {row->matrix_s, row->vector_s, row->memory_s, row->link_s,
                                   row->overhead_s};
    int first = 0;
    for (int i = 1; i < ENGINES; i++)
        first = times[i] > times[first] ? i : first;
    return first;
}

// "decode attention" where a design has both phases.
static const char *op_name(const Design *design, const BreakdownRow *row, Arena *arena) {
    const char *before = "";
    if (design->workload.phase == PHASE_GENERATE)
        before = row->phase == PHASE_DECODE ? "decode " : "prefill ";
    else if (design->workload.phase == PHASE_SERVE)
        before = row->phase == PHASE_DECODE ? "without prompts: " : "with prompts: ";
    return plot_words(arena, "%s%s", before, row->op.name);
}

// --- Roofline ----------------------------------------------------------------------------------------------------------

typedef struct Point {
    double intensity, tflop_per_s, share;
    int engine;
    const char *name;
} Point;

static int longest_first(const void *a, const void *b) {
    double left = ((const Point *)a)->share, right = ((const Point *)b)->share;
    return left > right ? -1 : left < right;
}

// Steps with and without prompts share the useful FLOP of a serve's attention: they are one point.
static void join_steps(const Breakdown *breakdown, BreakdownRow rows[], int *count) {
    *count = 0;
    for (int i = 0; i < breakdown->row_count; i++) {
        const BreakdownRow *row = &breakdown->rows[i];
        int at = 0;
        while (at < *count && (strcmp(rows[at].op.name, row->op.name) != 0 ||
                               strcmp(rows[at].where, row->where) != 0))
            at++;
        if (at == *count) {
            rows[(*count)++] = *row;
            continue;
        }
        rows[at].flop += row->flop;
        rows[at].hbm_bytes += row->hbm_bytes;
        rows[at].time_s += row->time_s;
        rows[at].matrix_s += row->matrix_s;
        rows[at].vector_s += row->vector_s;
        rows[at].memory_s += row->memory_s;
        rows[at].link_s += row->link_s;
        rows[at].overhead_s += row->overhead_s;
    }
}

// A row's time is that of one chip of the stage whose layers it runs; its FLOP are those of all of them.
static int find_points(const Design *design, const Breakdown *breakdown, Arena *arena,
                       Point points[]) {
    bool serve = design->workload.phase == PHASE_SERVE;
    BreakdownRow *rows = arena_take(arena, BREAKDOWN_ROWS * sizeof *rows);
    double total_s = 0, stage_chips = (double)design->plan.chips / design->plan.pp;
    int row_count = breakdown->row_count, count = 0;
    memcpy(rows, breakdown->rows, (size_t)row_count * sizeof *rows);
    if (serve)
        join_steps(breakdown, rows, &row_count);
    for (int i = 0; i < row_count; i++)
        total_s += rows[i].time_s;
    for (int i = 0; i < row_count; i++)
        if (rows[i].flop > 0 && rows[i].hbm_bytes > 0 && rows[i].time_s > 0)
            points[count++] = (Point){rows[i].flop / rows[i].hbm_bytes,
                                      rows[i].flop / stage_chips / rows[i].time_s / 1e12,
                                      rows[i].time_s / total_s, binding_engine(&rows[i]),
                                      serve ? rows[i].op.name : op_name(design, &rows[i], arena)};
    qsort(points, (size_t)count, sizeof *points, longest_first);
    return count;
}

// Whether one that takes longer carries the name and lies there, as the same op of another kind of layer does.
static bool named_before(const Point points[], int i) {
    for (int k = 0; k < i; k++)
        if (strcmp(points[k].name, points[i].name) == 0 &&
            fabs(log(points[k].intensity / points[i].intensity)) < 0.1 &&
            fabs(log(points[k].tflop_per_s / points[i].tflop_per_s)) < 0.1)
            return true;
    return false;
}

static void fill_engine(const Point points[], int count, int engine, Arena *arena,
                        PlotSeries *series) {
    double *x = arena_take(arena, (size_t)count * sizeof *x);
    double *y = arena_take(arena, (size_t)count * sizeof *y);
    double *z = arena_take(arena, (size_t)count * sizeof *z);
    const char **labels = arena_take(arena, (size_t)count * sizeof *labels);
    *series = (PlotSeries){.name = BOUND_BY[engine], .x = x, .y = y, .z = z, .labels = labels};
    for (int i = 0; i < count; i++) {
        if (points[i].engine != engine)
            continue;
        x[series->count] = points[i].intensity;
        y[series->count] = points[i].tflop_per_s;
        z[series->count] = points[i].share;
        labels[series->count++] = i < NAMED && !named_before(points, i) ? points[i].name : NULL;
    }
}

// Corners of the roofs: up the memory's slope to the highest peak that is used, and the others from where they meet it.
typedef struct Roofs {
    double x[3 * MATH_COUNT + 4], y[3 * MATH_COUNT + 4];
    const char *labels[3 * MATH_COUNT + 4];
    int count;
} Roofs;

static void add_corner(Roofs *roofs, double x, double y, const char *label) {
    roofs->x[roofs->count] = x;
    roofs->y[roofs->count] = y;
    roofs->labels[roofs->count++] = label;
}

static void fill_roofs(const Breakdown *breakdown, double from, double to, Arena *arena,
                       Roofs *roofs) {
    const Chip *chip = breakdown->machine.chip;
    double slope = chip->memory.bandwidth_bytes_per_s / 1e12, highest = 0;
    char text[48];
    for (int i = 0; i < MATH_COUNT; i++)
        if (breakdown->flop_by_math[i] > 0)
            highest = fmax(highest, breakdown->machine.peak_flop_per_s[i] / 1e12);
    double ridge = highest / slope, named = from * pow(ridge / from, NAME_AT);
    unit_format(text, sizeof text, chip->memory.bandwidth_bytes_per_s, UNIT_BYTES_PER_S);
    if (ridge > from) {
        add_corner(roofs, from, from * slope, NULL);
        if (ridge > 10 * from)
            add_corner(roofs, named, named * slope, plot_words(arena, "memory %s", text));
    }
    for (int i = 0; i < MATH_COUNT; i++) {
        double peak = breakdown->machine.peak_flop_per_s[i] / 1e12;
        if (!(breakdown->flop_by_math[i] > 0) || peak != highest)
            continue;
        unit_format(text, sizeof text, peak * 1e12, UNIT_FLOP_PER_S);
        add_corner(roofs, fmax(ridge, from), peak, NULL);
        add_corner(roofs, to, peak, plot_words(arena, "%s %s", MATH_NAMES[i], text));
        break;
    }
    for (int i = 0; i < MATH_COUNT; i++) {
        double peak = breakdown->machine.peak_flop_per_s[i] / 1e12;
        if (!(breakdown->flop_by_math[i] > 0) || peak == highest)
            continue;
        unit_format(text, sizeof text, peak * 1e12, UNIT_FLOP_PER_S);
        add_corner(roofs, (double)NAN, (double)NAN, NULL);
        add_corner(roofs, fmax(peak / slope, from), peak, NULL);
        add_corner(roofs, to, peak, plot_words(arena, "%s %s", MATH_NAMES[i], text));
    }
}

static void roof_span(const Breakdown *breakdown, const Point points[], int count, double *from,
                      double *to) {
    double slope = breakdown->machine.chip->memory.bandwidth_bytes_per_s;
    *from = INFINITY;
    *to = 0;
    for (int i = 0; i < MATH_COUNT; i++) {
        double ridge = breakdown->machine.peak_flop_per_s[i] / slope;
        if (breakdown->flop_by_math[i] > 0) {
            *from = fmin(*from, ridge / 10);
            *to = fmax(*to, ridge * FAR_RIGHT);
        }
    }
    for (int i = 0; i < count; i++) {
        *from = fmin(*from, points[i].intensity / 2);
        *to = fmax(*to, points[i].intensity * 2);
    }
}

bool plot_ops_roofline(const Design *design, const Breakdown *breakdown, Arena *arena, Plot *plot) {
    Point *points = arena_take(arena, BREAKDOWN_ROWS * sizeof *points);
    Roofs *roofs = arena_take(arena, sizeof *roofs);
    PlotSeries *series = arena_take(arena, (ENGINES + 1) * sizeof *series);
    int count = find_points(design, breakdown, arena, points);
    double from, to;
    if (count == 0)
        return false;
    roof_span(breakdown, points, count, &from, &to);
    fill_roofs(breakdown, from, to, arena, roofs);
    series[0] = (PlotSeries){.name = "roofs of the formats in use",
                             .count = roofs->count,
                             .x = roofs->x,
                             .y = roofs->y,
                             .labels = roofs->labels};
    for (int i = 0; i < ENGINES; i++)
        fill_engine(points, count, i, arena, &series[i + 1]);
    plot->kind = PLOT_ROOFLINE;
    plot->title =
        plot_words(arena, "Ops under the roofs of %s; a point's area is its share of the time",
                   design->chip->title ? design->chip->title : design->chip->name);
    plot->x = (PlotAxis){"useful FLOP for each byte of memory traffic", true, NAN, NAN};
    plot->y = (PlotAxis){"useful rate of a chip, TFLOP/s", true, NAN, NAN};
    plot->series = series;
    plot->series_count = ENGINES + 1;
    return true;
}

// --- Time by op --------------------------------------------------------------------------------------------------------

typedef struct Bar {
    const char *name;
    double pieces_s[ENGINES], time_s;
} Bar;

static int longest_bar_first(const void *a, const void *b) {
    double left = ((const Bar *)a)->time_s, right = ((const Bar *)b)->time_s;
    return left > right ? -1 : left < right;
}

static void add_to_bar(Bar *bar, const double pieces_s[]) {
    for (int i = 0; i < ENGINES; i++) {
        bar->pieces_s[i] += pieces_s[i];
        bar->time_s += pieces_s[i];
    }
}

// Engines overlap inside an op: its time is that of the engine that binds it, and what is fixed.
static int find_bars(const Design *design, const Breakdown *breakdown, Arena *arena, Bar bars[]) {
    int count = 0;
    for (int i = 0; i < breakdown->row_count; i++) {
        const BreakdownRow *row = &breakdown->rows[i];
        const char *name = op_name(design, row, arena);
        double pieces_s[ENGINES] = {0};
        pieces_s[binding_engine(row)] += row->time_s - row->overhead_s;
        pieces_s[FIXED] += row->overhead_s;
        int at = 0;
        while (at < count && strcmp(bars[at].name, name) != 0)
            at++;
        if (at == count)
            bars[count++] = (Bar){.name = name};
        add_to_bar(&bars[at], pieces_s);
    }
    qsort(bars, (size_t)count, sizeof *bars, longest_bar_first);
    return count;
}

static int join_rest(Bar bars[], int count, Arena *arena) {
    if (count <= BARS + 1)
        return count;
    Bar rest = {.name = plot_words(arena, "%d other ops", count - BARS)};
    for (int i = BARS; i < count; i++)
        add_to_bar(&rest, bars[i].pieces_s);
    bars[BARS] = rest;
    return BARS + 1;
}

bool plot_ops_bars(const Design *design, const Breakdown *breakdown, Arena *arena, Plot *plot) {
    Bar *bars = arena_take(arena, (BREAKDOWN_ROWS + 1) * sizeof *bars);
    PlotSeries *series = arena_take(arena, ENGINES * sizeof *series);
    int count = find_bars(design, breakdown, arena, bars);
    double total_s = 0;
    for (int i = 0; i < count; i++)
        total_s += bars[i].time_s;
    if (!(total_s > 0))
        return false;
    count = join_rest(bars, count, arena);
    const char **labels = arena_take(arena, (size_t)count * sizeof *labels);
    TimeUnit unit = time_unit(bars[0].time_s);
    for (int i = 0; i < count; i++)
        labels[i] = plot_words(arena, "%s  %.1f %%", bars[i].name, 100 * bars[i].time_s / total_s);
    for (int k = 0; k < ENGINES; k++) {
        double *y = arena_take(arena, (size_t)count * sizeof *y);
        for (int i = 0; i < count; i++)
            y[i] = bars[i].pieces_s[k] * unit.per_s;
        series[k] = (PlotSeries){.name = ENGINE_WORDS[k], .count = count, .y = y, .labels = labels};
    }
    plot->kind = PLOT_BARS;
    plot->title = "Time by op, and what binds it";
    plot->y = (PlotAxis){plot_words(arena, "time on one chip, over all layers%s, %s",
                                    breakdown->stages > 1 ? " of all stages" : "", unit.sign),
                         false, NAN, NAN};
    plot->series = series;
    plot->series_count = ENGINES;
    return true;
}
