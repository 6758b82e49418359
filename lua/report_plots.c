// The pictures of a report: drawn into its folder, and taken into the page.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/file.h"
#include "lua/plot_design.h"
#include "lua/plot_run.h"
#include "lua/report.h"
#include "search/worker.h"
#include "sim/base/heap.h"

#define SVG_BYTES    ((size_t)16 << 20)
#define INLINE_BYTES ((size_t)1 << 20) // of one picture, and
#define PAGE_BYTES   ((size_t)3 << 20) // of all that the page takes in: it is to stay below 5 MB

// --- Drawing ---------------------------------------------------------------------------------------------------------

// The page takes the picture in, or says where it is.
static void take_in(Report *report, const Plot *plot, const char *folder) {
    Text path = {0}, svg = {0};
    Error err = {0};
    text_addf(&path, "%s/%s.svg", folder, plot->name);
    bool good = file_read(path.data, SVG_BYTES, &svg, &err);
    bool small = svg.length <= INLINE_BYTES && report->svg_bytes + svg.length <= PAGE_BYTES;
    char file[128];
    snprintf(file, sizeof file, "plots/%.100s.svg", plot->name);
    if (good && small)
        report->svg_bytes += svg.length;
    if (good)
        page_figure(&report->page, small ? svg.data : NULL, file, plot->title, plot->caption);
    else
        page_warning(&report->page, "The picture %s cannot be read: %s", plot->name, err.what);
    text_free(&path);
    text_free(&svg);
}

void report_picture(Report *report, const Plot *plot) {
    Error err = {0};
    const char *folder = folder_plots(report->folder);
    char file[128];
    if (!plot_write(plot, folder, &err)) {
        page_text(&report->page, "%s: not drawn, %s", plot->title ? plot->title : plot->name,
                  err.what);
        return;
    }
    PlotDrawn drawn = plot_draw(folder, plot->name, "svg", &err);
    snprintf(file, sizeof file, "plots/%.100s.gp", plot->name);
    if (drawn == PLOT_DRAWN)
        take_in(report, plot, folder);
    else
        page_figure(&report->page, NULL, file, plot->title, plot->caption);
    if (drawn == PLOT_FAILED)
        page_warning(&report->page, "gnuplot could not draw it: %s", err.what);
    report->undrawn |= drawn == PLOT_NO_GNUPLOT;
    report->pictures += drawn == PLOT_DRAWN;
}

// --- One design ------------------------------------------------------------------------------------------------------

void report_design(Report *report, const ReportRow *row, bool first) {
    const Space *space = report->rebuilt ? script_space(report->stored.script) : NULL;
    if (!space || row->id < 0 || row->id >= space->points)
        return;
    Worker *worker =
        worker_new(space, script_goal(report->stored.script), script_hooks(report->stored.script));
    Breakdown *breakdown = heap_take(1, sizeof *breakdown);
    Candidate none;
    Metrics metrics;
    char prefix[40];
    snprintf(prefix, sizeof prefix, "design-%lld", (long long)row->id);
    if (worker_point(worker, row->id, NULL, &none)) {
        evaluate(worker_design(worker), &metrics, breakdown);
        for (int i = 0; i < DESIGN_PICTURES; i++) {
            Plot plot;
            Error err;
            if ((i == PICTURE_OPS) == first &&
                plot_design_one(worker_design(worker), &metrics, breakdown, (DesignPicture)i,
                                prefix, report->arena, &plot, &err))
                report_picture(report, &plot);
        }
    }
    free(breakdown);
    worker_free(worker);
}

// --- The frontier ----------------------------------------------------------------------------------------------------

static PlotAxis axis_of(const Report *report, int objective) {
    const ReportObjective *of = &report->objectives[objective];
    const ReportColumn *column = &report->columns[of->column];
    double low = (double)INFINITY, high = (double)-INFINITY;
    for (int64_t i = 0; i < report->row_count; i++) {
        double value = report_value(report, &report->rows[i], of->column);
        low = fmin(low, value);
        high = fmax(high, value);
    }
    Text label = {0};
    const char *sign = column->unit == UNIT_PER_S ? "1/s" : unit_sign(column->unit);
    text_addf(&label, "%s%s%s", of->name, sign[0] ? ", " : "", sign);
    PlotAxis axis = {.label = arena_text(report->arena, label.data),
                     .log = low > 0 && high > 4 * low,
                     .from = NAN,
                     .to = NAN};
    text_free(&label);
    return axis;
}

static const char *caption_of(const Report *report) {
    Text text = {0};
    const char *mode = store_text(report->stored.store, "mode");
    report_count(&text, report->row_count);
    text_add(&text, " designs that nothing beats; labelled are those that matter, by their id");
    for (int i = 0; i < report->run->constant_count; i++) {
        const StoreConstant *constant = &report->run->constants[i];
        text_addf(&text, "%s%s ", i ? ", " : "; ", constant->column.name);
        report_constant(constant, &text);
    }
    if (mode)
        text_addf(&text, "; %s mode", mode);
    const char *caption = arena_text(report->arena, text.data);
    text_free(&text);
    return caption;
}

// Points of the frontier, those with tags or those without.
static PlotSeries series_of(const Report *report, int x, int y, bool tagged) {
    Arena *arena = report->arena;
    size_t room = (size_t)report->shown_count + 1;
    double *xs = arena_take(arena, room * sizeof *xs), *ys = arena_take(arena, room * sizeof *ys);
    const char **labels = arena_take(arena, room * sizeof *labels);
    PlotSeries series = {.name = tagged ? "designs that matter" : "frontier",
                         .x = xs,
                         .y = ys,
                         .labels = tagged ? labels : NULL};
    for (int64_t i = 0; i < report->shown_count; i++) {
        const ReportRow *row = &report->rows[report->shown[i]];
        if (!row->tags != !tagged)
            continue;
        xs[series.count] = report_value(report, row, report->objectives[x].column);
        ys[series.count] = report_value(report, row, report->objectives[y].column);
        Text label = {0};
        text_addf(&label, "%lld: %s", (long long)row->id, row->tags ? row->tags : "");
        labels[series.count++] = arena_text(arena, label.data);
        text_free(&label);
    }
    return series;
}

// Two objectives against each other.
static void add_frontier(Report *report, int x, int y) {
    char name[48], title[160];
    snprintf(name, sizeof name, "frontier-%d-%d", x + 1, y + 1);
    snprintf(title, sizeof title, "The frontier: %.60s against %.60s", report->objectives[y].name,
             report->objectives[x].name);
    PlotSeries series[2] = {series_of(report, x, y, false), series_of(report, x, y, true)};
    series[0].faint = true;
    bool plain = series[0].count > 0;
    report_picture(report, &(Plot){.kind = PLOT_POINTS,
                                   .name = name,
                                   .title = title,
                                   .caption = caption_of(report),
                                   .x = axis_of(report, x),
                                   .y = axis_of(report, y),
                                   .series = plain ? series : series + 1,
                                   .series_count = plain ? 2 : 1});
}

// From the rows alone: each pair of the first three objectives.
static void add_frontiers(Report *report) {
    for (int y = 1; y < report->objective_count && y < 3; y++)
        for (int x = 0; x < y; x++)
            if (report->objectives[x].column >= 0 && report->objectives[y].column >= 0)
                add_frontier(report, x, y);
}

// Of the pictures that any run can show: those of the best design stand with what binds.
static bool is_shown_elsewhere(const char *name, bool pairs) {
    return strncmp(name, "best-", 5) == 0 || (pairs && strcmp(name, "frontier") == 0);
}

// Those that the script asks for, and those that any run can show.
static void add_run(Report *report) {
    RunPlots all = {0};
    Error err = {0};
    if (!run_plots_all(&report->stored, report->arena, &all, &err)) {
        page_warning(&report->page, "The run's pictures could not be made: %s", err.what);
        return;
    }
    bool pairs = report->objective_count > 2; // too many for one picture: each pair has its own
    for (int i = 0; i < all.count; i++)
        if (i < all.asked || !is_shown_elsewhere(all.plots[i].name, pairs))
            report_picture(report, &all.plots[i]);
    if (pairs)
        add_frontiers(report);
    for (int i = 0; i < all.note_count; i++)
        page_text(&report->page, "%s.", all.notes[i]);
}

void report_plots(Report *report) {
    page_section(&report->page, "pictures", "Pictures");
    if (report->row_count == 0)
        page_text(&report->page, "There is nothing to draw.");
    else if (report->rebuilt)
        add_run(report);
    else
        add_frontiers(report);
    if (report->undrawn)
        page_warning(&report->page,
                     "gnuplot is not installed here, so that pictures are missing. Install it "
                     "(apt-get install gnuplot-nox) and run chipfit report again, or run gnuplot "
                     "on the scripts in plots/ where it is.");
}
