#include "lua/plot_curve.h"

#include <math.h>
#include <string.h>

#include "lua/plot_design.h"
#include "lua/plot_ops.h"

#define LOG_ABOVE 30 // times the least: on a plain axis it could not be read

static const char *const TIME_WORDS[PHASE_COUNT] = {
    "time to first token", "time between two tokens", "time of the whole generate",
    "time from arrival to last token"};

// A point evaluated; false: it is no design, which is noted.
static bool evaluated(const Request *request, const Names *names, const Over *const overs[],
                      const double values[], int count, Design *design, Model *model,
                      Metrics *metrics, LeftOut *left_out) {
    Error why;
    if (!over_design(request, names, overs, values, count, model, design, &why)) {
        if (left_out->count++ == 0)
            left_out->first = why;
        return false;
    }
    evaluate(design, metrics, NULL);
    return true;
}

// Whether each point gets the plan that is best for it.
static bool plan_is_open(const Request *request, const Over *const overs[], int count) {
    bool open = request_plan_open(request);
    for (int i = 0; i < count; i++)
        open |= strcmp(overs[i]->key, "chips") == 0 && !request_has_degrees(request);
    return open;
}

static const char *axis_label(const Over *over, Arena *arena) {
    static const struct {
        const char *key, *label;
    } LABELS[] = {
        {"batch",   "batch, sequences over all chips"},
        {"context", "context, tokens"                },
        {"prompt",  "prompt, tokens"                 },
        {"prefix",  "cached prefix, tokens"          },
        {"output",  "output, tokens"                 },
        {"chips",   "chips"                          },
        {"chunk",   "chunk, tokens"                  },
    };
    for (size_t i = 0; i < sizeof LABELS / sizeof LABELS[0]; i++)
        if (strcmp(LABELS[i].key, over->key) == 0)
            return LABELS[i].label;
    return plot_words(arena, "%s", over->key);
}

// --- Curves ------------------------------------------------------------------------------------------------------------

enum { TIME, LOW, HIGH, MFU, MBU, COLUMNS };

// A curve has two parts: what fits, and what does not, which begins where the other ends.
typedef struct Curve {
    double *columns[COLUMNS][2];
    bool any[2], interval;
    signed char *part; // of each point; -1: it is no design
    bool *joint;       // points that fit, where the line of what does not begins or ends
} Curve;

static void curve_new(Curve *curve, int count, Arena *arena) {
    *curve = (Curve){.part = arena_take(arena, (size_t)count),
                     .joint = arena_take(arena, (size_t)count * sizeof(bool))};
    memset(curve->part, -1, (size_t)count);
    memset(curve->joint, 0, (size_t)count * sizeof(bool));
    for (int i = 0; i < COLUMNS; i++) {
        for (int part = 0; part < 2; part++) {
            double *numbers = arena_take(arena, (size_t)count * sizeof *numbers);
            for (int k = 0; k < count; k++)
                numbers[k] = NAN;
            curve->columns[i][part] = numbers;
        }
    }
}

static void curve_set(Curve *curve, int at, bool fits, const Metrics *metrics) {
    const double numbers[COLUMNS] = {metrics->time_s, metrics->time_low_s, metrics->time_high_s,
                                     100 * metrics->mfu, 100 * metrics->mbu};
    for (int i = 0; i < COLUMNS; i++)
        curve->columns[i][!fits][at] = numbers[i];
    curve->any[!fits] = true;
    curve->part[at] = !fits;
    curve->interval |= isfinite(metrics->time_low_s);
}

// The line of what does not fit begins and ends at the points beside it that do.
static void join_parts(Curve *curve, int count) {
    for (int at = 0; at < count; at++) {
        bool before = at > 0 && curve->part[at - 1] == 1;
        bool behind = at + 1 < count && curve->part[at + 1] == 1;
        curve->joint[at] = curve->part[at] == 0 && (before || behind);
        for (int i = 0; i < COLUMNS && curve->joint[at]; i++)
            curve->columns[i][1][at] = curve->columns[i][0][at];
    }
}

static void scale_times(Curve *curve, int count, TimeUnit unit) {
    for (int i = TIME; i <= HIGH; i++)
        for (int part = 0; part < 2; part++)
            for (int at = 0; at < count; at++)
                curve->columns[i][part][at] *= unit.per_s;
}

static void time_span(const Curve *curve, int count, double *least, double *most) {
    *least = INFINITY;
    *most = 0;
    for (int at = 0; at < count; at++) {
        double time = fmax(curve->columns[TIME][0][at], curve->columns[TIME][1][at]);
        *least = fmin(*least, time);
        *most = fmax(*most, time);
    }
}

static PlotSeries series_of(const Curve *curve, const Over *over, int column, int part,
                            const char *name) {
    return (PlotSeries){.name = name,
                        .count = over->count,
                        .x = over->values,
                        .y = curve->columns[column][part],
                        .bare = part == 1 ? curve->joint : NULL,
                        .low = column == TIME ? curve->columns[LOW][part] : NULL,
                        .high = column == TIME ? curve->columns[HIGH][part] : NULL};
}

static void fill_latency(const Curve *curve, const Over *over, const Design *design, TimeUnit unit,
                         Arena *arena, Plot *plot) {
    const char *words = TIME_WORDS[design->workload.phase];
    PlotSeries *series = arena_take(arena, 2 * sizeof *series);
    // Also where nothing fits: what does not keeps its own colour.
    series[plot->series_count++] = series_of(curve, over, TIME, 0,
                                             curve->interval ? "predicted, 90 % interval"
                                             : curve->any[1] ? "predicted"
                                                             : NULL);
    if (curve->any[1])
        series[plot->series_count++] = series_of(curve, over, TIME, 1, "does not fit into memory");
    plot->kind = PLOT_LINES;
    plot->name = "latency";
    plot->title = plot_words(arena, "The %s against %s", words, over->key);
    plot->y = (PlotAxis){plot_words(arena, "%s, %s", words, unit.sign), false, NAN, NAN};
    plot->series = series;
}

static void fill_mfu(const Curve *curve, const Over *over, Arena *arena, Plot *plot) {
    static const char *const NAMES[2][2] = {
        {"MFU, of the peak rate", "MFU, does not fit into memory"},
        {"MBU, of the bandwidth", "MBU, does not fit into memory"}
    };
    PlotSeries *series = arena_take(arena, 4 * sizeof *series);
    for (int i = 0; i < 4; i++)
        if (i < 2 || curve->any[1])
            series[plot->series_count++] =
                series_of(curve, over, MFU + i % 2, i / 2, NAMES[i % 2][i / 2]);
    plot->kind = PLOT_LINES;
    plot->name = "mfu";
    plot->title = plot_words(arena, "What of the chip is used, against %s", over->key);
    plot->y = (PlotAxis){"MFU and MBU, %", false, 0, NAN};
    plot->series = series;
}

bool plot_curve(const Request *request, const Names *names, const Over *over, Arena *arena,
                Plot plots[2], LeftOut *left_out, Error *err) {
    Curve curve;
    Design design, first;
    Model model;
    Metrics metrics;
    bool any = false;
    curve_new(&curve, over->count, arena);
    *left_out = (LeftOut){0};
    for (int i = 0; i < over->count; i++) {
        if (!evaluated(request, names, &over, &over->values[i], 1, &design, &model, &metrics,
                       left_out))
            continue;
        first = any ? first : design;
        any = true;
        curve_set(&curve, i, metrics.fits, &metrics);
    }
    if (!any) {
        *err = left_out->first;
        return false;
    }
    double least_s, most_s;
    time_span(&curve, over->count, &least_s, &most_s);
    TimeUnit unit = time_unit(most_s);
    join_parts(&curve, over->count);
    scale_times(&curve, over->count, unit);
    first.model = names->model;
    for (int i = 0; i < 2; i++)
        plots[i] = (Plot){
            .caption =
                plot_design_caption_over(&first, plan_is_open(request, &over, 1), &over, 1, arena),
            .x = {axis_label(over, arena), over->log, NAN, NAN}
        };
    fill_latency(&curve, over, &first, unit, arena, &plots[0]);
    plots[0].y.log = most_s > LOG_ABOVE * least_s;
    fill_mfu(&curve, over, arena, &plots[1]);
    return true;
}

// --- Map ---------------------------------------------------------------------------------------------------------------

// Cells of x and y, row after row. What does not fit is NaN, unless nothing does.
typedef struct Cells {
    double *x, *y, *mfu;
    bool *fits;
    size_t count;
    int fitting;
    Design first;
} Cells;

static void cells_new(Cells *cells, const Over *x, const Over *y, Arena *arena) {
    size_t columns = (size_t)x->count, count = columns * (size_t)y->count;
    *cells = (Cells){.x = arena_take(arena, count * sizeof(double)),
                     .y = arena_take(arena, count * sizeof(double)),
                     .mfu = arena_take(arena, count * sizeof(double)),
                     .fits = arena_take(arena, count * sizeof(bool)),
                     .count = count};
    for (size_t i = 0; i < count; i++) {
        cells->x[i] = x->values[i % columns];
        cells->y[i] = y->values[i / columns];
        cells->mfu[i] = NAN;
    }
}

// false: no cell is a design.
static bool cells_fill(Cells *cells, const Request *request, const Names *names,
                       const Over *const overs[2], LeftOut *left_out) {
    bool any = false;
    *left_out = (LeftOut){0};
    for (size_t i = 0; i < cells->count; i++) {
        const double values[2] = {cells->x[i], cells->y[i]};
        Design design;
        Model model;
        Metrics metrics;
        if (!evaluated(request, names, overs, values, 2, &design, &model, &metrics, left_out))
            continue;
        cells->first = any ? cells->first : design;
        any = true;
        cells->mfu[i] = 100 * metrics.mfu;
        cells->fits[i] = metrics.fits;
        cells->fitting += metrics.fits;
    }
    for (size_t i = 0; i < cells->count && cells->fitting > 0; i++)
        cells->mfu[i] = cells->fits[i] ? cells->mfu[i] : (double)NAN;
    cells->first.model = names->model;
    return any;
}

static const char *map_title(const Cells *cells, const Over *x, const Over *y, int left_out,
                             Arena *arena) {
    bool all = cells->fitting + left_out == (int)cells->count;
    return plot_words(arena, "MFU over %s and %s%s", x->key, y->key,
                      all                  ? ""
                      : cells->fitting > 0 ? "; what does not fit into memory is left white"
                                           : "; none of these fits into memory");
}

bool plot_mfu_map(const Request *request, const Names *names, const Over *x, const Over *y,
                  Arena *arena, Plot *plot, LeftOut *left_out, Error *err) {
    const Over *const overs[2] = {x, y};
    PlotSeries *series = arena_take(arena, sizeof *series);
    Cells cells;
    cells_new(&cells, x, y, arena);
    if (!cells_fill(&cells, request, names, overs, left_out)) {
        *err = left_out->first;
        return false;
    }
    *series = (PlotSeries){.count = (int)cells.count, .x = cells.x, .y = cells.y, .z = cells.mfu};
    *plot = (Plot){
        .kind = PLOT_MAP,
        .name = "map",
        .title = map_title(&cells, x, y, left_out->count, arena),
        .caption = plot_design_caption_over(&cells.first, plan_is_open(request, overs, 2), overs, 2,
                                            arena),
        .x = {axis_label(x, arena), x->log,      NAN,          NAN},
        .y = {axis_label(y,            arena),       y->log, NAN, NAN},
        .z = {"MFU, %",         false,               NAN,                   NAN                 },
        .series = series,
        .series_count = 1
    };
    return true;
}
