#include "results/plot_data.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "results/plot_words.h"
#include "sim/base/heap.h"
#include "sim/base/unit.h"

#define MOST_SHAPES 48  // on a line
#define LEVELS      9   // of a map on a page of text
#define MANY_POINTS 200 // of a series: they are drawn small, so as not to be a blot
#define MAP_LABEL   17  // characters, above them
static const char LEVEL_LETTERS[LEVELS + 1] = ".:-=+*#%@";

typedef struct Writer {
    const PlotFrame *frame;
    const Plot *plot;
    Text *head, *data;
    Text joined, plain, faint, spread; // numbers of such blocks
    int blocks, keys;
} Writer;

static void add_number(Text *out, double value, const char *after) {
    if (isfinite(value))
        text_addf(out, "%.9g%s", value, after);
    else
        text_addf(out, "NaN%s", after);
}

// On a page of text the key is a column of letters and names.
static void add_key(Writer *writer, const char *letter, const char *clean) {
    const PlotFrame *frame = writer->frame;
    double row = frame->top - writer->keys;
    if (!clean[0] || row < 0)
        return;
    Text line = {0};
    text_addf(&line, "%s %s", letter, clean);
    text_add(writer->head, "set label ");
    words_literal(writer->head, line.data);
    text_addf(writer->head, " at screen %.5f, screen %.5f left\n",
              page_across(&frame->page, frame->key), page_up(&frame->page, row));
    text_free(&line);
    writer->keys++;
}

// What the scripts draw the series with.
static void letter_of(const Plot *plot, int number, char letter[2]) {
    static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    letter[0] = plot->kind == PLOT_MAP                       ? LEVEL_LETTERS[number % LEVELS]
                : plot->kind == PLOT_ROOFLINE && number == 0 ? '%'
                : plot->series[number].faint                 ? '.'
                                                             : LETTERS[number % 26];
    letter[1] = '\0';
}

// Opens the block of a series; `number`: its place in the plot, which gives it its colour.
static void begin_block(Writer *writer, const char *name, int number) {
    Text clean = {0};
    words_clean(&clean, name, KEY_CHARACTERS);
    writer->blocks++;
    text_addf(writer->head, "name[%d] = ", writer->blocks);
    words_literal(writer->head, clean.data);
    text_addf(writer->head, "; number[%d] = %d\n", writer->blocks, number);
    text_addf(writer->data, "%s# %s\n", writer->blocks > 1 ? "\n\n" : "", clean.data);
    char letter[2];
    letter_of(writer->plot, number, letter);
    if (writer->frame->page.text)
        add_key(writer, letter, clean.data);
    text_free(&clean);
}

// --- Points ------------------------------------------------------------------------------------------------------------

static bool is_point(const Plot *plot, const PlotSeries *series, int i) {
    return frame_draws(&plot->x, series->x[i]) && frame_draws(&plot->y, series->y[i]);
}

static void add_point(const Plot *plot, const PlotSeries *series, int i, bool *spread, Text *out) {
    double y = series->y[i], low = y, high = y;
    if (series->low && series->high && frame_draws(&plot->y, series->low[i]) &&
        frame_draws(&plot->y, series->high[i])) {
        low = series->low[i];
        high = series->high[i];
        *spread |= low != high;
    }
    add_number(out, series->x[i], " ");
    add_number(out, y, " ");
    add_number(out, low, " ");
    add_number(out, high, " ");
    double weight = series->z ? series->z[i] : (double)NAN;
    if (plot->kind == PLOT_LINES)
        weight = series->bare && series->bare[i] ? 0 : -1;
    bool small = plot->kind == PLOT_POINTS && series->count > MANY_POINTS;
    add_number(out, isfinite(weight) ? fmin(weight, 1) : small ? 0 : -1, "\n");
}

static void write_points(Writer *writer, int number) {
    const Plot *plot = writer->plot;
    const PlotSeries *series = &plot->series[number];
    bool any = false, spread = false, line = plot->kind == PLOT_LINES;
    for (int i = 0; i < series->count && !any; i++)
        any = is_point(plot, series, i);
    if (!any)
        return;
    begin_block(writer, series->name, number);
    bool roof = plot->kind == PLOT_ROOFLINE && number == 0;
    if (line) // a shape at each so many points
        text_addf(writer->head, "every[%d] = %d\n", writer->blocks,
                  1 + series->count / MOST_SHAPES);
    for (int i = 0; i < series->count; i++) {
        if (is_point(plot, series, i))
            add_point(plot, series, i, &spread, writer->data);
        else if (line || roof || series->joined)
            text_add(writer->data, "\n"); // parts a line
    }
    if (series->joined || roof)
        text_addf(&writer->joined, "%d ", writer->blocks);
    if (!roof)
        text_addf(series->faint ? &writer->faint : &writer->plain, "%d ", writer->blocks);
    if (spread)
        text_addf(&writer->spread, "%d ", writer->blocks);
}

// --- Bars --------------------------------------------------------------------------------------------------------------

// A piece as characters: one point for each that it reaches. The first stands on the axis.
static void add_characters(Writer *writer, double y, double from, double to) {
    const PlotFrame *frame = writer->frame;
    double left = frame_x(frame, from) - frame->left, right = frame_x(frame, to) - frame->left;
    double unit = (frame->x.to - frame->x.from) / (frame->right - frame->left);
    int count = 0;
    double last = floor(right + 0.5);
    if (writer->plot->kind == PLOT_TIMELINE && last - floor(left + 0.5) > 2)
        last--; // a blank tells it from the next one
    for (double at = floor(left + 0.5) + 1; at <= last; at++, count++)
        text_addf(writer->data, "%.9g %.9g\n", frame->x.from + unit * at, y);
    if (count == 0) // shorter than half a character
        text_addf(writer->data, "%.9g %.9g\n", (from + to) / 2, y);
}

static void add_piece(Writer *writer, double y, double from, double to) {
    if (writer->frame->page.text)
        add_characters(writer, y, from, to);
    else
        text_addf(writer->data, "%.9g %.9g %.9g\n", y, from, to);
}

static double piece(const Plot *plot, int number, int bar) {
    const PlotSeries *series = &plot->series[number];
    return bar < series->count && frame_draws(&plot->y, series->y[bar]) ? series->y[bar] : 0;
}

static void write_bars(Writer *writer, int number) {
    const Plot *plot = writer->plot;
    bool any = false;
    for (int bar = 0; bar < writer->frame->bars; bar++) {
        double from = 0, high = piece(plot, number, bar);
        if (high == 0)
            continue;
        if (!any)
            begin_block(writer, plot->series[number].name, number);
        any = true;
        for (int i = 0; i < number; i++)
            from += piece(plot, i, bar);
        add_piece(writer, bar + 1, from, from + high);
    }
}

static void write_timeline(Writer *writer, int number) {
    const Plot *plot = writer->plot;
    const PlotSeries *series = &plot->series[number];
    bool any = false;
    for (int i = 0; i < series->count; i++) {
        if (!frame_draws(&plot->x, series->low[i]) || !frame_draws(&plot->x, series->high[i]) ||
            !frame_draws(&plot->y, series->y[i]))
            continue;
        if (!any)
            begin_block(writer, series->name, number);
        any = true;
        add_piece(writer, series->y[i], series->low[i], series->high[i]);
    }
    if (any)
        text_addf(series->faint ? &writer->faint : &writer->plain, "%d ", writer->blocks);
}

// --- Cells -------------------------------------------------------------------------------------------------------------

// What stands in each cell, row after row: a value, or a series' number; NaN: nothing.
static double *cells_of(const Writer *writer) {
    const PlotFrame *frame = writer->frame;
    const Plot *plot = writer->plot;
    size_t columns = (size_t)frame->columns.count, count = columns * (size_t)frame->rows.count;
    double *cells = heap_take(count, sizeof *cells);
    for (size_t i = 0; i < count; i++)
        cells[i] = NAN;
    for (int k = 0; k < plot->series_count; k++) {
        const PlotSeries *series = &plot->series[k];
        for (int i = 0; i < series->count; i++) {
            if (!is_point(plot, series, i))
                continue;
            size_t x = (size_t)(steps_place(&frame->columns, series->x[i], false) + 0.5);
            size_t y = (size_t)(steps_place(&frame->rows, series->y[i], false) + 0.5);
            bool value = plot->kind == PLOT_MAP;
            if (!value || frame_draws(&plot->z, series->z[i]))
                cells[y * columns + x] = value ? series->z[i] : k;
        }
    }
    return cells;
}

// The characters whose cell holds something in [from, to).
static bool write_characters(Writer *writer, const double *cells, double from, double to,
                             const char *name, int number) {
    const PlotFrame *frame = writer->frame;
    double wide = frame->right - frame->left, high = frame->top - frame->bottom;
    bool any = false;
    for (double y = 0; y <= high; y++) {
        for (double x = 0; x <= wide; x++) {
            int column = (int)(x / (wide + 1) * frame->columns.count);
            int row = (int)(y / (high + 1) * frame->rows.count);
            double value = cells[row * frame->columns.count + column];
            if (!(value >= from && value < to))
                continue;
            if (!any)
                begin_block(writer, name, number);
            any = true;
            text_addf(writer->data, "%.6g %.6g\n", x / wide * frame->columns.count - 0.5,
                      y / high * frame->rows.count - 0.5);
        }
    }
    return any;
}

static void z_range(const Writer *writer, const double *cells, double *low, double *high) {
    const PlotFrame *frame = writer->frame;
    const PlotAxis *axis = &writer->plot->z;
    *low = INFINITY;
    *high = -INFINITY;
    for (int i = 0; i < frame->columns.count * frame->rows.count; i++) {
        *low = fmin(*low, cells[i]);
        *high = fmax(*high, cells[i]);
    }
    if (frame_draws(axis, axis->from))
        *low = axis->from;
    if (frame_draws(axis, axis->to))
        *high = axis->to;
    if (*low <= *high && *high - *low <= 1e-6 * fmax(fabs(*low), fabs(*high))) { // one colour
        double aside = *low != 0 ? fabs(*low) / 10 : 1;
        *high += aside;
        *low -= aside;
    }
}

static void write_levels(Writer *writer, const double *cells, double low, double high) {
    bool log = writer->plot->z.log;
    for (int i = 0; i < LEVELS; i++) {
        double from = (double)i / LEVELS, to = (i + 1.0) / LEVELS;
        char text[2][24], name[64];
        from = log ? low * pow(high / low, from) : low + (high - low) * from;
        to = log ? low * pow(high / low, to) : low + (high - low) * to;
        snprintf(text[0], sizeof text[0], "%.3g", from);
        snprintf(text[1], sizeof text[1], "%.3g", to);
        snprintf(name, sizeof name, "%s to %s", text[0], text[1]);
        write_characters(writer, cells, i == 0 ? -HUGE_VAL : from, i == LEVELS - 1 ? HUGE_VAL : to,
                         name, i);
    }
}

// Not gnuplot's own, which stands as far out as the longest number of the colour bar, beyond the page.
static void add_map_label(Writer *writer) {
    const PlotFrame *frame = writer->frame;
    const PlotPage *page = &frame->page;
    Text label = {0};
    words_clean(&label, writer->plot->z.label, page->text ? MAP_LABEL : 60);
    if (page->text)
        add_key(writer, "", label.data);
    text_add(writer->head, "bar_label = ");
    words_literal(writer->head, label.data);
    text_addf(writer->head, "; bar_x = %.5f; bar_y = %.5f\n",
              page_across(page, page->width - 0.9 * page->line),
              page_up(page, (frame->bottom + frame->top) / 2));
    text_free(&label);
}

static void write_map(Writer *writer, const double *cells) {
    const PlotFrame *frame = writer->frame;
    double low, high;
    z_range(writer, cells, &low, &high);
    text_addf(writer->head, "columns = %d; rows = %d\n", frame->columns.count, frame->rows.count);
    text_addf(writer->head, "set cbrange [%.9g:%.9g]\n", low, high);
    if (writer->plot->z.log)
        text_add(writer->head, "set logscale cb\n");
    add_map_label(writer);
    if (!(low <= high))
        return; // no cell holds a value
    if (frame->page.text) {
        write_levels(writer, cells, low, high);
        return;
    }
    begin_block(writer, "", 0);
    for (int row = 0; row < frame->rows.count; row++) {
        for (int column = 0; column < frame->columns.count; column++) {
            text_addf(writer->data, "%d %d ", column, row);
            add_number(writer->data, cells[row * frame->columns.count + column], " ");
            text_addf(writer->data, "%.9g %.9g\n", frame->columns.at[column], frame->rows.at[row]);
        }
    }
}

// Runs of cells of one series in a row become one rectangle.
static void write_region(Writer *writer, const double *cells, int number) {
    const PlotFrame *frame = writer->frame;
    const char *name = writer->plot->series[number].name;
    if (frame->page.text) {
        write_characters(writer, cells, number - 0.5, number + 0.5, name, number);
        return;
    }
    bool any = false;
    int columns = frame->columns.count;
    for (int row = 0; row < frame->rows.count; row++) {
        for (int column = 0, end; column < columns; column = end) {
            end = column + 1;
            if (cells[row * columns + column] != number)
                continue;
            while (end < columns && cells[row * columns + end] == number)
                end++;
            if (!any)
                begin_block(writer, name, number);
            any = true;
            text_addf(writer->data, "%d %d %d\n", column, end - 1, row);
        }
    }
}

static void write_cells(Writer *writer) {
    double *cells = cells_of(writer);
    if (writer->plot->kind == PLOT_MAP)
        write_map(writer, cells);
    for (int i = 0; writer->plot->kind == PLOT_REGIONS && i < writer->plot->series_count; i++)
        write_region(writer, cells, i);
    free(cells);
}

// -----------------------------------------------------------------------------------------------------------------------

static void write_blocks(Writer *writer) {
    PlotKind kind = writer->plot->kind;
    if (kind == PLOT_MAP || kind == PLOT_REGIONS) {
        write_cells(writer);
        return;
    }
    for (int i = 0; i < writer->plot->series_count; i++) {
        if (kind == PLOT_BARS)
            write_bars(writer, i);
        else if (kind == PLOT_TIMELINE)
            write_timeline(writer, i);
        else
            write_points(writer, i);
    }
}

static void add_list(Text *out, const char *name, Text *list) {
    text_addf(out, "%s = '%.*s'\n", name, list->length > 0 ? (int)list->length - 1 : 0,
              list->data ? list->data : "");
    text_free(list);
}

bool data_write(const PlotFrame *frame, const Plot *plot, Text *head, Text *data, Error *err) {
    Writer writer = {.frame = frame, .plot = plot, .head = head, .data = data};
    int most = plot->series_count > LEVELS ? plot->series_count : LEVELS;
    text_addf(head, "array name[%d]; array number[%d]; array every[%d]\n", most, most, most);
    if (frame->page.text && plot->kind == PLOT_PARITY)
        add_key(&writer, "%", "predicted = measured");
    write_blocks(&writer);
    text_addf(head, "series = %d\n", writer.blocks);
    add_list(head, "joined", &writer.joined);
    add_list(head, "plain", &writer.plain);
    add_list(head, "faint", &writer.faint);
    add_list(head, "spread", &writer.spread);
    text_addf(head, "sampled = %d\n", frame->page.text);
    return writer.blocks > 0 || error_set(err, "there is nothing to draw");
}
