#include "results/plot_frame.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/plot_ticks.h"
#include "results/plot_words.h"
#include "sim/base/heap.h"

#define TITLE_CHARACTERS   160
#define CAPTION_CHARACTERS 420
#define AXIS_CHARACTERS    100
#define LEAST_WIDE         30 // characters, of the area
#define LEAST_HIGH         6  // lines
#define MOST_HIGH_PX       900
#define MARK_LINE          0.8       // of a bar's line, above the first one
#define EM_CHARACTERS      (1 / 0.6) // PlotPage.character is 0.6 of the letters' size
#define KEY_SAMPLE         8.3       // characters, of the key before a name and behind it

bool frame_draws(const PlotAxis *axis, double value) {
    return isfinite(value) && fabs(value) < SCALE_MOST && (!axis->log || value > 1 / SCALE_MOST);
}

// --- What the axes span ------------------------------------------------------------------------------------------------

static void take_values(ScaleRange *range, const PlotAxis *axis, const double *values, int count) {
    for (int i = 0; values && i < count; i++)
        if (frame_draws(axis, values[i]))
            scale_take(range, values[i]);
}

static void take_marks(ScaleRange *range, const Plot *plot, const PlotAxis *axis, bool vertical) {
    for (int i = 0; i < plot->mark_count; i++)
        if (plot->marks[i].vertical == vertical && frame_draws(axis, plot->marks[i].at))
            scale_take(range, plot->marks[i].at);
}

// Both coordinates of a point must be drawable.
static void take_points(ScaleRange *x, ScaleRange *y, const Plot *plot, const PlotSeries *series) {
    for (int i = 0; i < series->count; i++) {
        if (!frame_draws(&plot->x, series->x[i]) || !frame_draws(&plot->y, series->y[i]))
            continue;
        scale_take(x, series->x[i]);
        scale_take(y, series->y[i]);
        if (series->low && series->high) {
            take_values(y, &plot->y, &series->low[i], 1);
            take_values(y, &plot->y, &series->high[i], 1);
        }
    }
}

static bool span_points(PlotFrame *frame, const Plot *plot) {
    ScaleRange x = scale_range(), y = scale_range();
    for (int i = 0; i < plot->series_count; i++)
        take_points(&x, &y, plot, &plot->series[i]);
    if (x.count == 0)
        return false;
    take_marks(&x, plot, &plot->x, true);
    take_marks(&y, plot, &plot->y, false);
    if (plot->kind == PLOT_PARITY) {
        scale_take(&x, y.low);
        scale_take(&x, y.high);
        y = x;
    }
    frame->x = scale_of(&x, &plot->x, frame->page.text ? 6 : 8);
    frame->y = scale_of(&y, plot->kind == PLOT_PARITY ? &plot->x : &plot->y, 6);
    if (plot->kind == PLOT_ROOFLINE) // room for the roofs' names
        frame->y.to *= frame->y.log ? 1.5 : 1.05;
    return true;
}

static double stacked(const Plot *plot, int bar) {
    double sum = 0;
    for (int i = 0; i < plot->series_count; i++)
        if (bar < plot->series[i].count && frame_draws(&plot->y, plot->series[i].y[bar]))
            sum += plot->series[i].y[bar];
    return sum;
}

// From the middle of the first or last line to the end of the axis; letters stand on lines, the axis on one of its own.
static double line_edge(const PlotFrame *frame) {
    return frame->page.text ? 1 : 0.5;
}

// Of the axis, what the widest name of a mark takes.
static double mark_room(const PlotFrame *frame, const Plot *plot) {
    int widest = 0;
    Text name = {0};
    for (int i = 0; i < plot->mark_count; i++) {
        text_clear(&name);
        words_clean(&name, plot->marks[i].label, BAR_CHARACTERS);
        int width = words_width(name.data);
        widest = width > widest ? width : widest;
    }
    text_free(&name);
    double share = (widest + 3) * frame->page.character / (0.55 * frame->page.width);
    return widest > 0 ? share / (1 - share) : 0;
}

static bool span_bars(PlotFrame *frame, const Plot *plot) {
    ScaleRange range = scale_range();
    for (int i = 0; i < plot->series_count; i++)
        if (plot->series[i].count > frame->bars)
            frame->bars = plot->series[i].count;
    for (int bar = 0; bar < frame->bars; bar++)
        scale_take(&range, stacked(plot, bar));
    if (frame->bars == 0)
        return false;
    take_marks(&range, plot, &plot->y, false);
    scale_take(&range, 0);
    PlotAxis axis = plot->y;
    axis.log = false; // lengths are stacked
    frame->x = scale_of(&range, &axis, frame->page.text ? 6 : 8);
    // Marks are no edges, and their names stand above the bars and behind the last of them.
    double room = range.high + mark_room(frame, plot) * (range.high - frame->x.from);
    if (frame->x.to < room)
        frame->x.to = room;
    double edge = line_edge(frame);
    frame->y = (PlotScale){.from = frame->bars + edge, .to = 1 - edge, .step = 1};
    if (plot->mark_count > 0 && !frame->page.text)
        frame->y.to -= MARK_LINE;
    return true;
}

static bool span_timeline(PlotFrame *frame, const Plot *plot) {
    ScaleRange x = scale_range(), y = scale_range();
    for (int i = 0; i < plot->series_count; i++) {
        const PlotSeries *series = &plot->series[i];
        for (int k = 0; k < series->count; k++) {
            if (!frame_draws(&plot->x, series->low[k]) || !frame_draws(&plot->x, series->high[k]) ||
                !frame_draws(&plot->y, series->y[k]))
                continue;
            scale_take(&x, series->low[k]);
            scale_take(&x, series->high[k]);
            scale_take(&y, series->y[k]);
        }
    }
    if (x.count == 0)
        return false;
    take_marks(&x, plot, &plot->x, true);
    frame->x = scale_of(&x, &plot->x, frame->page.text ? 6 : 8);
    double edge = line_edge(frame);
    frame->y = (PlotScale){.from = y.high + edge, .to = y.low - edge};
    frame->bars = (int)fmin(y.high - y.low + 1, 4096);
    frame->y.step = ceil(frame->bars / 24.0);
    return true;
}

static int ascending(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return left < right ? -1 : left > right;
}

static void find_steps(PlotSteps *steps, const Plot *plot, bool rows) {
    size_t count = 0;
    for (int i = 0; i < plot->series_count; i++)
        count += (size_t)plot->series[i].count;
    steps->at = heap_take(count + 1, sizeof(double));
    count = 0;
    for (int i = 0; i < plot->series_count; i++) {
        const PlotSeries *series = &plot->series[i];
        for (int k = 0; k < series->count; k++)
            if (frame_draws(&plot->x, series->x[k]) && frame_draws(&plot->y, series->y[k]))
                steps->at[count++] = rows ? series->y[k] : series->x[k];
    }
    qsort(steps->at, count, sizeof(double), ascending);
    for (size_t i = 0; i < count; i++)
        if (steps->count == 0 || steps->at[i] != steps->at[steps->count - 1])
            steps->at[steps->count++] = steps->at[i];
}

static bool span_cells(PlotFrame *frame, const Plot *plot) {
    find_steps(&frame->columns, plot, false);
    find_steps(&frame->rows, plot, true);
    frame->x = (PlotScale){.from = -0.5, .to = frame->columns.count - 0.5};
    frame->y = (PlotScale){.from = -0.5, .to = frame->rows.count - 0.5};
    return frame->columns.count > 0;
}

double steps_place(const PlotSteps *steps, double value, bool log) {
    int below = 0, above = steps->count - 1;
    if (above <= 0)
        return 0;
    while (above - below > 1) {
        int middle = (below + above) / 2;
        if (steps->at[middle] < value)
            below = middle;
        else
            above = middle;
    }
    double from = steps->at[below], to = steps->at[above];
    return below +
           (log && value > 0 ? log2(value / from) / log2(to / from) : (value - from) / (to - from));
}

static bool span(PlotFrame *frame, const Plot *plot) {
    frame->x_axis = &plot->x;
    frame->y_axis = &plot->y;
    switch (plot->kind) {
    case PLOT_BARS:
        frame->x_axis = &plot->y;
        frame->y_axis = NULL;
        return span_bars(frame, plot);
    case PLOT_TIMELINE:
        return span_timeline(frame, plot);
    case PLOT_MAP:
    case PLOT_REGIONS:
        return span_cells(frame, plot);
    default:
        return span_points(frame, plot);
    }
}

// --- Where the area lies -----------------------------------------------------------------------------------------------

static int head_lines(const PlotFrame *frame, const char *text, int most, double character,
                      Text *out) {
    Text clean = {0};
    int columns = (int)((frame->page.width - 2 * frame->page.character) / character), lines = 0;
    words_clean(&clean, text, most);
    for (const char *at = clean.data; *at; lines++) {
        size_t length = words_line(at, columns);
        text_add_n(out, at, length);
        text_add(out, "\n");
        at += length;
        while (*at == ' ')
            at++;
    }
    text_free(&clean);
    return lines;
}

// The title is larger, but on a page of text.
static double title_size(const PlotPage *page) {
    return page->text ? 1 : 1.25;
}

static double head_height(const PlotFrame *frame, const Plot *plot) {
    const PlotPage *page = &frame->page;
    Text lines = {0};
    double title = title_size(page);
    int titles = head_lines(frame, plot->title, TITLE_CHARACTERS, page->character * title, &lines);
    int captions = head_lines(frame, plot->caption, CAPTION_CHARACTERS, page->character, &lines);
    text_free(&lines);
    // The label of y stands above the axis where letters cannot be turned; there the axis ends in a line of its own.
    int label = page->text && frame->y_axis && frame->y_axis->label && frame->y_axis->label[0];
    return page->line * (titles * title + captions + label + 1);
}

// How wide a name stands in the key, in characters of the page; where letters differ in width, by theirs.
static double key_name_width(const PlotPage *page, const char *name) {
    return page->text ? words_width(name) : words_ems(name) * EM_CHARACTERS;
}

static double widest_key_name(const PlotPage *page, const Plot *plot) {
    double widest = plot->kind == PLOT_PARITY ? key_name_width(page, "predicted = measured") : 0;
    Text name = {0};
    for (int i = 0; i < plot->series_count && plot->kind != PLOT_MAP; i++) {
        text_clear(&name);
        words_clean(&name, plot->series[i].name, KEY_CHARACTERS);
        widest = fmax(widest, key_name_width(page, name.data));
    }
    text_free(&name);
    return widest;
}

static int widest_bar_name(const Plot *plot) {
    int widest = 0;
    Text name = {0};
    const PlotSeries *series = plot->series;
    for (int i = 0; series->labels && i < series->count; i++) {
        text_clear(&name);
        words_clean(&name, series->labels[i], BAR_CHARACTERS);
        int width = words_width(name.data);
        widest = width > widest ? width : widest;
    }
    text_free(&name);
    return widest;
}

// Pages grow or shrink with the lines that stand in them.
static double area_height(const PlotFrame *frame, const Plot *plot, double given) {
    const PlotPage *page = &frame->page;
    double each = page->text ? 1 : plot->kind == PLOT_BARS ? 28 : 24;
    double least = LEAST_HIGH * page->line;
    if (plot->kind != PLOT_BARS && plot->kind != PLOT_TIMELINE)
        return fmax(given, least);
    bool marks = plot->kind == PLOT_BARS && plot->mark_count > 0;
    double wanted =
        each * (frame->bars + (marks && !page->text ? MARK_LINE : 0)) + (page->text ? 1 : 12);
    if (page->text)
        return plot->kind == PLOT_BARS ? wanted : fmin(fmax(wanted, 4), fmax(given, least));
    return fmin(fmax(wanted, 90), MOST_HIGH_PX);
}

static double key_width(const PlotFrame *frame, const Plot *plot) {
    const PlotPage *page = &frame->page;
    double widest = widest_key_name(page, plot);
    if (plot->kind == PLOT_MAP)
        return page->character * (page->text ? 20 : 16);
    if (widest == 0)
        return page->character * (page->text ? 2 : 3);
    return page->character * (widest + (page->text ? 4 : KEY_SAMPLE));
}

static void lay_out(PlotFrame *frame, const Plot *plot) {
    PlotPage *page = &frame->page;
    double head = head_height(frame, plot);
    int ticks = plot->kind == PLOT_BARS ? widest_bar_name(plot) : frame_y_tick_width(frame, plot);
    bool turned = !page->text && frame->y_axis && frame->y_axis->label && frame->y_axis->label[0];
    bool out = plot->kind == PLOT_MAP || plot->kind == PLOT_REGIONS; // ticks point outwards
    frame->left = page->character * (ticks + (out && !page->text ? 2.5 : 1.5)) +
                  (turned ? 1.7 * page->line : 0);
    double right = key_width(frame, plot);
    if (page->text && right > 0.4 * page->width)
        right = 0.4 * page->width;
    // Long names make the page wider rather than the area vanish.
    page->width = fmax(page->width, frame->left + LEAST_WIDE * page->character + right);
    frame->right = page->width - right;
    frame->key = frame->right + (page->text ? 2 : 12);
    frame->bottom = page->line * (page->text ? 2 : out ? 3.5 : 3.1);
    double given = page->height - head - frame->bottom;
    double height = area_height(frame, plot, given);
    if (plot->kind == PLOT_PARITY && !page->text) { // a square
        height = frame->right - frame->left;
        if (height > 560) {
            page->width -= height - 560;
            frame->right -= height - 560;
            frame->key -= height - 560;
            height = 560;
        }
    }
    page->height += height - given;
    frame->top = frame->bottom + height;
}

bool frame_new(PlotFrame *frame, const Plot *plot, const PlotPage *page, Error *err) {
    *frame = (PlotFrame){.page = *page};
    if (plot->series_count == 0 || !span(frame, plot))
        return error_set(err, "there is nothing to draw");
    lay_out(frame, plot);
    return true;
}

void frame_free(PlotFrame *frame) {
    free(frame->columns.at);
    free(frame->rows.at);
}

static double along(const PlotScale *scale, double value) {
    return scale->log ? log(value / scale->from) / log(scale->to / scale->from)
                      : (value - scale->from) / (scale->to - scale->from);
}

double frame_x(const PlotFrame *frame, double value) {
    return frame->left + (frame->right - frame->left) * along(&frame->x, value);
}

double frame_y(const PlotFrame *frame, double value) {
    return frame->bottom + (frame->top - frame->bottom) * along(&frame->y, value);
}

// gnuplot cuts off to whole characters.
static double share(const PlotPage *page, double length, double of) {
    return page->text ? (length + 0.05) / (of - 1) : length / of;
}

double page_across(const PlotPage *page, double length) {
    return share(page, length, page->width);
}

double page_up(const PlotPage *page, double length) {
    return share(page, length, page->height);
}

// --- As commands of gnuplot --------------------------------------------------------------------------------------------

static void add_head(const PlotFrame *frame, const Plot *plot, Text *out) {
    const PlotPage *page = &frame->page;
    Text lines = {0}, line = {0};
    double title = title_size(page), at = page->height - page->line * (page->text ? 1 : 0.9);
    double edge = page->text ? 0 : page->character;
    int titles = head_lines(frame, plot->title, TITLE_CHARACTERS, page->character * title, &lines);
    head_lines(frame, plot->caption, CAPTION_CHARACTERS, page->character, &lines);
    char *next = lines.data;
    for (int i = 0; next && *next; i++) {
        size_t length = strcspn(next, "\n");
        bool large = i < titles;
        text_clear(&line);
        text_add_n(&line, next, length);
        text_add(out, "set label ");
        words_literal(out, line.data);
        text_addf(out, " at screen %.5f, screen %.5f left font %s textcolor rgb \"%s\"\n",
                  page_across(page, edge), page_up(page, at), large ? "large" : "plain_size",
                  large ? "#000000" : "#555555");
        at -= page->line * (large ? title : 1);
        next += length + 1;
    }
    text_free(&line);
    text_free(&lines);
}

static void add_axis_label(const PlotFrame *frame, const char *which, const PlotAxis *axis,
                           Text *out) {
    Text clean = {0};
    const PlotPage *page = &frame->page;
    bool y = which[0] == 'y', turned = y && !page->text;
    double most = turned ? (frame->top - frame->bottom) / page->character : AXIS_CHARACTERS;
    words_clean(&clean, axis ? axis->label : "", (int)fmin(fmax(most, 12), AXIS_CHARACTERS));
    double across = (frame->left + frame->right) / 2, up = page->text ? 0 : 0.7 * page->line;
    if (y) {
        across = page->text ? 0 : 0.8 * page->line;
        up = page->text ? frame->top + 1 : (frame->bottom + frame->top) / 2;
    }
    // Not as gnuplot's own, which it leaves out where it finds too little room.
    if (clean.length > 0) {
        text_add(out, "set label ");
        words_literal(out, clean.data);
        text_addf(out, " at screen %.5f, screen %.5f %s%s font plain_size\n",
                  page_across(page, across), page_up(page, up), y && !turned ? "left" : "center",
                  turned ? " rotate by 90" : "");
    }
    text_free(&clean);
}

static void add_range(char axis, const PlotScale *scale, Text *out) {
    text_addf(out, "set %crange [%.9g:%.9g]\n", axis, scale->from, scale->to);
    if (scale->log)
        text_addf(out, "set logscale %c\n", axis);
}

void frame_write(const PlotFrame *frame, const Plot *plot, Text *out) {
    const PlotPage *page = &frame->page;
    add_head(frame, plot, out);
    text_addf(out, "set lmargin at screen %.5f\nset rmargin at screen %.5f\n",
              page_across(page, frame->left), page_across(page, frame->right));
    text_addf(out, "set bmargin at screen %.5f\nset tmargin at screen %.5f\n",
              page_up(page, frame->bottom), page_up(page, frame->top));
    add_axis_label(frame, "x", frame->x_axis, out);
    add_axis_label(frame, "y", frame->y_axis, out);
    add_range('x', &frame->x, out);
    add_range('y', &frame->y, out);
    frame_ticks(frame, plot, out);
}
