#include "lua/parity.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lua/plot_ops.h"
#include "lua/terminal.h"
#include "results/plot.h"
#include "sim/base/arena.h"

#define CLASSES 64
#define COLUMNS 112
#define LINES   40

// --- Data --------------------------------------------------------------------------------------------------------------

// What is left out of the errors is left out of the picture.
static bool drawn(const Compared *row) {
    return compare_counts(row) && row->modes[MODE_DATASHEET].known;
}

// The classes of kernels in the order in which they come; their number.
static int find_classes(const Validation *validation, const char *classes[CLASSES]) {
    int count = 0;
    for (int i = 0; i < validation->count; i++) {
        const Compared *row = &validation->rows[i];
        int at = 0;
        while (at < count && strcmp(classes[at], row->op) != 0)
            at++;
        if (drawn(row) && at == count && count < CLASSES)
            classes[count++] = row->op;
    }
    return count;
}

static PlotSeries series_of(const Validation *validation, const char *class, Arena *arena) {
    size_t bytes = (size_t)validation->count * sizeof(double);
    double *x = arena_take(arena, bytes), *y = arena_take(arena, bytes);
    double *low = arena_take(arena, bytes), *high = arena_take(arena, bytes);
    PlotSeries series = {.name = class, .x = x, .y = y, .low = low, .high = high};
    for (int i = 0; i < validation->count; i++) {
        const Compared *row = &validation->rows[i];
        if (!drawn(row) || strcmp(row->op, class) != 0)
            continue;
        const Predicted *predicted = &row->modes[compare_mode(row)];
        x[series.count] = 1e6 * row->measured_s;
        y[series.count] = 1e6 * predicted->time_s;
        low[series.count] = 1e6 * (predicted->interval ? predicted->low_s : predicted->time_s);
        high[series.count] = 1e6 * (predicted->interval ? predicted->high_s : predicted->time_s);
        series.count++;
    }
    return series;
}

static const char *caption(const Validation *validation, Arena *arena) {
    const CompareGroup *total = &validation->total;
    Mode mode = total->modes[MODE_CALIBRATED].rows > 0 ? MODE_CALIBRATED : MODE_DATASHEET;
    const Device *device = &validation->results.list[0].device;
    return plot_words(arena, "%s (%s), %s, %s mode: %d rows, median error %.1f %%", device->device,
                      device->backend, validation->options.warm ? "warm" : "cold", MODE_WORDS[mode],
                      total->rows, 100 * total->modes[mode].median);
}

// false: nothing was measured.
static bool parity_plot(const Validation *validation, const char *name, Arena *arena, Plot *plot) {
    const char *classes[CLASSES];
    int count = find_classes(validation, classes);
    PlotSeries *series = arena_take(arena, (size_t)(count + 1) * sizeof *series);
    for (int i = 0; i < count; i++)
        series[i] = series_of(validation, classes[i], arena);
    if (count == 0)
        return false;
    *plot = (Plot){
        .kind = PLOT_PARITY,
        .name = name,
        .title = "Predicted against measured time of kernels",
        .caption = caption(validation, arena),
        .x = {"measured, us",  true, NAN, NAN},
        .y = {"predicted, us", true, NAN, NAN},
        .series = series,
        .series_count = count
    };
    return true;
}

// --- Drawing -----------------------------------------------------------------------------------------------------------

static bool tell(PlotDrawn result, const char *data) {
    if (result == PLOT_NO_GNUPLOT)
        fprintf(
            stderr,
            "chipfit: no plot, gnuplot is missing (apt-get install gnuplot-nox); its data: %s\n",
            data);
    return result != PLOT_FAILED;
}

// STEM is a folder and the name of the files.
static bool write_files(Plot *plot, const char *stem, Arena *arena, Error *err) {
    const char *slash = strrchr(stem, '/');
    const char *folder = !slash          ? "."
                         : slash == stem ? "/"
                                         : arena_text_n(arena, stem, (size_t)(slash - stem));
    plot->name = slash ? slash + 1 : stem;
    if (!plot_write(plot, folder, err))
        return false;
    PlotDrawn result = plot_draw(folder, plot->name, "svg", err);
    if (result == PLOT_DRAWN)
        result = plot_draw(folder, plot->name, "png", err);
    return tell(result, plot_words(arena, "%s.dat", stem));
}

bool parity_write(const Validation *validation, const char *stem, Error *err) {
    Arena *arena = arena_new();
    Plot plot;
    bool good = true;
    if (parity_plot(validation, stem, arena, &plot))
        good = write_files(&plot, stem, arena, err);
    else
        fprintf(stderr, "chipfit: no plot, nothing was measured\n");
    arena_free(arena);
    return good;
}

bool parity_print(const Validation *validation, Error *err) {
    Arena *arena = arena_new();
    Plot plot;
    Text out = {0};
    bool good = true;
    if (parity_plot(validation, "parity", arena, &plot)) {
        PlotDrawn result = plot_text(&plot, terminal_columns(COLUMNS), LINES, &out, err);
        good = tell(result, "--plot STEM writes it");
        if (result == PLOT_DRAWN)
            fputs(out.data, stdout);
    }
    text_free(&out);
    arena_free(arena);
    return good;
}
