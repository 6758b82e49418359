#include "results/plot_labels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/plot_words.h"
#include "sim/base/heap.h"

#define LABEL_PX   11   // `small` in style.gp
#define MOST_TRIED 1000 // labels of a series; a page has room for some hundreds

typedef struct Box {
    double left, bottom, right, top;
} Box;

// What a cell of the sheet holds; FAINT: one of the many behind the few, which a label may hide.
enum { FREE, FAINT, DATA, TEXT };

// The area as small cells that are free or taken.
typedef struct Sheet {
    const PlotFrame *frame;
    double cell;
    int columns, rows;
    unsigned char *taken;
    double font, line; // of a label; a character's width where all are as wide
    Text clean;
    Text *out;
} Sheet;

static void sheet_new(Sheet *sheet, const PlotFrame *frame, Text *out) {
    double cell = frame->page.text ? 1 : 4, small = frame->page.text ? 1 : 0.92;
    *sheet = (Sheet){.frame = frame,
                     .cell = cell,
                     .columns = (int)ceil((frame->right - frame->left) / cell),
                     .rows = (int)ceil((frame->top - frame->bottom) / cell) + frame->page.text,
                     .font = frame->page.text ? 1 : LABEL_PX,
                     .line = frame->page.line * small,
                     .out = out};
    sheet->taken = heap_take((size_t)sheet->columns * (size_t)sheet->rows, 1);
}

static void sheet_free(Sheet *sheet) {
    text_free(&sheet->clean);
    free(sheet->taken);
}

static int within(double value, int most) {
    return value < 0 ? 0 : value > most ? most : (int)value;
}

// Of the text at hand.
static double label_width(const Sheet *sheet) {
    return sheet->frame->page.text ? words_width(sheet->clean.data)
                                   : sheet->font * words_ems(sheet->clean.data);
}

// The cells that a box covers, clipped to the sheet.
static void cells_of(const Sheet *sheet, const Box *box, int cells[4]) {
    const PlotFrame *frame = sheet->frame;
    cells[0] = within((box->left - frame->left) / sheet->cell, sheet->columns);
    cells[1] = within((box->bottom - frame->bottom) / sheet->cell, sheet->rows);
    cells[2] = within(ceil((box->right - frame->left) / sheet->cell), sheet->columns);
    cells[3] = within(ceil((box->top - frame->bottom) / sheet->cell), sheet->rows);
}

static void take(Sheet *sheet, const Box *box, int what) {
    int cells[4];
    cells_of(sheet, box, cells);
    for (int row = cells[1]; row < cells[3]; row++) {
        for (int column = cells[0]; column < cells[2]; column++) {
            unsigned char *cell = &sheet->taken[row * sheet->columns + column];
            *cell = *cell > what ? *cell : (unsigned char)what;
        }
    }
}

// Whether the box lies inside the area and covers nothing above `most`.
static bool has_room(const Sheet *sheet, const Box *box, int most) {
    const PlotFrame *frame = sheet->frame;
    int cells[4];
    if (box->left < frame->left || box->right > frame->right || box->bottom < frame->bottom ||
        box->top > frame->top + (frame->page.text ? 0.5 : 0)) // letters stand on the last line too
        return false;
    cells_of(sheet, box, cells);
    for (int row = cells[1]; row < cells[3]; row++)
        for (int column = cells[0]; column < cells[2]; column++)
            if (sheet->taken[row * sheet->columns + column] > most)
                return false;
    return true;
}

static Box box_round(double x, double y, double wide, double high) {
    return (Box){x - wide / 2, y - high / 2, x + wide / 2, y + high / 2};
}

// Half the width of a point of that weight, as style.gp draws it.
static double reach(const PlotSeries *series, int i) {
    double weight = series->z ? series->z[i] : -1;
    return weight > 0 ? 4 + 9 * sqrt(fmin(weight, 1)) : 4;
}

static void take_point(Sheet *sheet, double x, double y, double half, int what) {
    double size = sheet->frame->page.text ? 0.9 : 2 * half;
    Box box = box_round(x, y, size, size);
    take(sheet, &box, what);
}

static void take_line(Sheet *sheet, double x, double y, double to_x, double to_y, int what) {
    double long_px = hypot(to_x - x, to_y - y);
    int steps = (int)fmin(long_px / sheet->cell, 4000) + 1;
    for (int i = 0; i <= steps; i++) {
        double share = (double)i / steps, size = sheet->cell / 2;
        Box box = box_round(x + share * (to_x - x), y + share * (to_y - y), size, size);
        take(sheet, &box, what);
    }
}

// `way`: the side of its point on which it stands, and to whose other side it is drawn: left -1, middle 0, right 1.
static void add_text(Sheet *sheet, const Box *box, int way, const char *extra) {
    const PlotPage *page = &sheet->frame->page;
    bool left = way > 0 || page->text;
    double x = left ? box->left : way < 0 ? box->right : (box->left + box->right) / 2;
    text_add(sheet->out, "set label ");
    words_literal(sheet->out, sheet->clean.data);
    text_addf(sheet->out, " at screen %.5f, screen %.5f %s front font small%s\n",
              page_across(page, x), page_up(page, (box->bottom + box->top) / 2),
              left      ? "left"
              : way < 0 ? "right"
                        : "center",
              extra);
    take(sheet, box, TEXT);
}

// Where the leader from a point meets the box; false: the point is so near that it needs none.
static bool leader_end(const Sheet *sheet, const Box *box, double x, double y, double half,
                       double end[2]) {
    end[0] = fmin(fmax(x, box->left), box->right);
    end[1] = fmin(fmax(y, box->bottom), box->top);
    return !sheet->frame->page.text && hypot(end[0] - x, end[1] - y) >= half + 12;
}

// Whether no text stands between a point and its label.
static bool leader_is_free(const Sheet *sheet, const Box *box, double x, double y, double half) {
    double end[2];
    if (!leader_end(sheet, box, x, y, half, end))
        return true;
    for (int i = 0; i < 32; i++) {
        double share = i / 32.0;
        Box at = box_round(x + share * (end[0] - x), y + share * (end[1] - y), 1, 1);
        if (!has_room(sheet, &at, DATA))
            return false;
    }
    return true;
}

static void add_leader(Sheet *sheet, const Box *box, double x, double y, double half) {
    const PlotPage *page = &sheet->frame->page;
    double end[2];
    if (!leader_end(sheet, box, x, y, half, end))
        return;
    double to_x = end[0], to_y = end[1], away = hypot(to_x - x, to_y - y);
    double share = half / away;
    text_addf(sheet->out,
              "set arrow from screen %.5f, screen %.5f to screen %.5f, screen %.5f nohead "
              "lc rgb \"#888888\" lw 0.7\n",
              page_across(page, x + share * (to_x - x)), page_up(page, y + share * (to_y - y)),
              page_across(page, to_x), page_up(page, to_y));
    take_line(sheet, x, y, to_x, to_y, DATA);
}

// Round the point: to its right first, then left, above, below and aslant, farther and farther away.
static bool place(Sheet *sheet, double x, double y, double half, int most) {
    static const signed char WAYS[8][2] = {
        {1,  0 },
        {-1, 0 },
        {0,  1 },
        {0,  -1},
        {1,  1 },
        {1,  -1},
        {-1, 1 },
        {-1, -1}
    };
    static const double FAR_PX[] = {4, 9, 16, 28, 44, 66, 96}, FAR_CHARACTERS[] = {1, 2, 3};
    bool text = sheet->frame->page.text;
    double wide = label_width(sheet), high = sheet->line;
    for (int ring = 0; ring < (text ? 3 : 7); ring++) {
        double away = text ? FAR_CHARACTERS[ring] : half + FAR_PX[ring];
        for (int way = 0; way < 8; way++) {
            double aslant = WAYS[way][0] && WAYS[way][1] && !text ? 0.7 : 1;
            double middle_x = x + WAYS[way][0] * (away * aslant + wide / 2);
            double middle_y = y + WAYS[way][1] * (away * aslant + (text ? 0 : high / 2));
            Box box = box_round(middle_x, middle_y, wide, high);
            if (!has_room(sheet, &box, most) || !leader_is_free(sheet, &box, x, y, half))
                continue;
            add_leader(sheet, &box, x, y, half);
            add_text(sheet, &box, WAYS[way][0], "");
            return true;
        }
    }
    return false;
}

static bool clean(Sheet *sheet, const char *text, int most) {
    text_clear(&sheet->clean);
    words_clean(&sheet->clean, text, most);
    return sheet->clean.length > 0;
}

// --- Points ------------------------------------------------------------------------------------------------------------

static bool has_place(const Plot *plot, const PlotSeries *series, int i) {
    return frame_draws(&plot->x, series->x[i]) && frame_draws(&plot->y, series->y[i]);
}

// What is drawn keeps labels away: points, and the lines between them.
static void take_series(Sheet *sheet, const Plot *plot, const PlotSeries *series, bool joined) {
    const PlotFrame *frame = sheet->frame;
    bool before = false;
    double x = 0, y = 0;
    for (int i = 0; i < series->count; i++) {
        bool here = has_place(plot, series, i);
        if (here) {
            double to_x = frame_x(frame, series->x[i]), to_y = frame_y(frame, series->y[i]);
            if (joined && before)
                take_line(sheet, x, y, to_x, to_y, DATA);
            if (plot->kind != PLOT_ROOFLINE || series != plot->series) // a roof's corners are none
                take_point(sheet, to_x, to_y, reach(series, i), series->faint ? FAINT : DATA);
            x = to_x;
            y = to_y;
        }
        before = here;
    }
}

static void label_series(Sheet *sheet, const Plot *plot, const PlotSeries *series) {
    for (int i = 0, tried = 0; series->labels && i < series->count && tried < MOST_TRIED; i++) {
        if (!has_place(plot, series, i) || !clean(sheet, series->labels[i], LABEL_CHARACTERS))
            continue;
        double x = frame_x(sheet->frame, series->x[i]), y = frame_y(sheet->frame, series->y[i]);
        double half = reach(series, i);
        tried++;
        for (int most = FREE; most <= DATA && !place(sheet, x, y, half, most); most++) {
        }
    }
}

// Above the roof or below it, and the farther to the left the more stands in the way.
static void name_roof(Sheet *sheet, double x, double y) {
    double wide = label_width(sheet), high = sheet->line;
    for (int most = FREE; most <= DATA; most++) {
        for (int step = 0; step < 8; step++) {
            for (int side = 1; side >= -1; side -= 2) {
                Box box = box_round(x - step * wide / 4, y + side * 0.85 * high, wide, high * 0.9);
                if (has_room(sheet, &box, most)) {
                    add_text(sheet, &box, -1, "");
                    return;
                }
            }
        }
    }
}

// A roof's name stands above its last corner, to the left of it.
static void label_roof(Sheet *sheet, const Plot *plot, const PlotSeries *series) {
    for (int i = 0; series->labels && i < series->count; i++) {
        if (!has_place(plot, series, i) || !clean(sheet, series->labels[i], LABEL_CHARACTERS))
            continue;
        const PlotFrame *frame = sheet->frame;
        double x = fmin(frame_x(frame, series->x[i]), frame->right) - sheet->font;
        name_roof(sheet, x - label_width(sheet) / 2, frame_y(frame, series->y[i]));
    }
}

static void label_points(Sheet *sheet, const Plot *plot) {
    for (int i = 0; i < plot->series_count; i++) {
        bool roof = plot->kind == PLOT_ROOFLINE && i == 0;
        take_series(sheet, plot, &plot->series[i],
                    roof || plot->kind == PLOT_LINES || plot->series[i].joined);
    }
    for (int i = 0; i < plot->series_count; i++) {
        bool roof = plot->kind == PLOT_ROOFLINE && i == 0;
        (roof ? label_roof : label_series)(sheet, plot, &plot->series[i]);
    }
}

// --- Bars of a timeline ------------------------------------------------------------------------------------------------

static void label_bars(Sheet *sheet, const Plot *plot) {
    const PlotFrame *frame = sheet->frame;
    for (int i = 0; i < plot->series_count; i++) {
        const PlotSeries *series = &plot->series[i];
        for (int k = 0; series->labels && k < series->count; k++) {
            if (!frame_draws(&plot->x, series->low[k]) || !frame_draws(&plot->x, series->high[k]) ||
                !frame_draws(&plot->y, series->y[k]) ||
                !clean(sheet, series->labels[k], LABEL_CHARACTERS))
                continue;
            double from = frame_x(frame, series->low[k]), to = frame_x(frame, series->high[k]);
            double wide = label_width(sheet);
            Box box =
                box_round((from + to) / 2, frame_y(frame, series->y[k]), wide, sheet->line * 0.8);
            if (wide + sheet->frame->page.text <= to - from && has_room(sheet, &box, DATA))
                add_text(sheet, &box, 0, "");
        }
    }
}

// --- Names in regions --------------------------------------------------------------------------------------------------

// The cell of the series that is farthest from all that is not its own, in steps to the right, left, up and down.
static bool widest_place(const PlotFrame *frame, const unsigned char *mine, int *column, int *row) {
    int columns = frame->columns.count, rows = frame->rows.count;
    double best = -1;
    for (int y = 0; y < rows; y++) {
        for (int x = 0; x < columns; x++) {
            int left = x, right = x, down = y, up = y;
            if (!mine[y * columns + x])
                continue;
            while (left > 0 && mine[y * columns + left - 1])
                left--;
            while (right < columns - 1 && mine[y * columns + right + 1])
                right++;
            while (down > 0 && mine[(down - 1) * columns + x])
                down--;
            while (up < rows - 1 && mine[(up + 1) * columns + x])
                up++;
            double wide = fmin(x - left, right - x) + 0.5, high = fmin(y - down, up - y) + 0.5;
            double good = fmin(wide / columns, 4 * high / rows);
            if (good > best) {
                best = good;
                *column = x;
                *row = y;
            }
        }
    }
    return best >= 0;
}

// Beside a mark's line rather than across it.
static void name_region(Sheet *sheet, double x, double y) {
    double wide = label_width(sheet);
    for (int most = FREE; most <= DATA; most++) {
        for (int way = 0; way < 3; way++) {
            double aside = way == 0 ? 0 : (way == 1 ? 1 : -1) * (wide / 2 + 1.2 * sheet->font);
            Box box = box_round(x + aside, y, wide, sheet->line);
            if (has_room(sheet, &box, most)) {
                add_text(sheet, &box, 0, " boxed");
                return;
            }
        }
    }
}

static void label_region(Sheet *sheet, const Plot *plot, const PlotSeries *series) {
    const PlotFrame *frame = sheet->frame;
    int columns = frame->columns.count, column, row;
    unsigned char *mine = heap_take((size_t)columns * (size_t)frame->rows.count, 1);
    for (int i = 0; i < series->count; i++) {
        if (!has_place(plot, series, i))
            continue;
        int x = (int)(steps_place(&frame->columns, series->x[i], false) + 0.5);
        int y = (int)(steps_place(&frame->rows, series->y[i], false) + 0.5);
        mine[y * columns + x] = 1;
    }
    if (clean(sheet, series->name, KEY_CHARACTERS) && widest_place(frame, mine, &column, &row)) {
        name_region(sheet, frame_x(frame, column), frame_y(frame, row));
    }
    free(mine);
}

// --- Marks -------------------------------------------------------------------------------------------------------------

// Along the mark's line: at the far end first, on one side or the other.
static void label_mark(Sheet *sheet, double x, double y, bool vertical) {
    const PlotFrame *frame = sheet->frame;
    double wide = label_width(sheet), high = sheet->line;
    double gap = frame->page.text ? 2 : 6;
    for (int most = FREE; most <= DATA; most++) {
        for (int step = 0; step < 10; step++) {
            for (int side = 1; side >= -1; side -= 2) {
                double down = frame->page.text ? frame->top : frame->top - gap - high / 2;
                Box box = vertical ? box_round(x + side * (gap + wide / 2), down - step * high,
                                               wide, high * 0.9)
                                   : box_round(frame->right - gap - wide / 2 -
                                                   step * (frame->right - frame->left) / 12,
                                               y + side * (frame->page.text ? 1 : 0.85 * high),
                                               wide, high * 0.9);
                if (has_room(sheet, &box, most)) {
                    add_text(sheet, &box, vertical ? side : -1, "");
                    return;
                }
            }
        }
    }
}

static double place_of(const Plot *plot, const PlotSteps *steps, const PlotAxis *axis, double at) {
    bool cells = plot->kind == PLOT_MAP || plot->kind == PLOT_REGIONS;
    return cells ? steps_place(steps, at, axis->log) : at;
}

// Where a mark's line begins; false: outside the area.
static bool mark_place(const Sheet *sheet, const Plot *plot, const PlotMark *mark, double *at,
                       double *x, double *y) {
    const PlotFrame *frame = sheet->frame;
    bool vertical = mark->vertical || plot->kind == PLOT_BARS;
    const PlotAxis *axis = vertical ? frame->x_axis : frame->y_axis;
    if (!axis || !frame_draws(axis, mark->at))
        return false;
    *at = place_of(plot, vertical ? &frame->columns : &frame->rows, axis, mark->at);
    *x = vertical ? frame_x(frame, *at) : frame->left;
    *y = vertical ? frame->bottom : frame_y(frame, *at);
    return *x >= frame->left && *x <= frame->right && *y >= frame->bottom && *y <= frame->top;
}

// All lines first, so that no label stands across one.
static void add_marks(Sheet *sheet, const Plot *plot) {
    const PlotFrame *frame = sheet->frame;
    double at, x, y, end = frame->page.text ? 0.99 : 1;
    for (int i = 0; i < plot->mark_count; i++) {
        bool vertical = plot->marks[i].vertical || plot->kind == PLOT_BARS;
        if (!mark_place(sheet, plot, &plot->marks[i], &at, &x, &y))
            continue;
        if (vertical)
            text_addf(sheet->out, "set arrow from first %.9g, graph 0 to first %.9g, graph %g", at,
                      at, end);
        else
            text_addf(sheet->out, "set arrow from graph 0, first %.9g to graph %g, first %.9g", at,
                      end, at);
        text_add(sheet->out, " nohead front lw 1.5 dt '-' lc rgb \"#000000\"\n");
        take_line(sheet, x, y, vertical ? x : frame->right, vertical ? frame->top : y, TEXT);
    }
    for (int i = 0; i < plot->mark_count; i++)
        if (clean(sheet, plot->marks[i].label, LABEL_CHARACTERS) &&
            mark_place(sheet, plot, &plot->marks[i], &at, &x, &y))
            label_mark(sheet, x, y, plot->marks[i].vertical || plot->kind == PLOT_BARS);
}

// Bars stand where labels of marks would hide them.
static void take_stack(Sheet *sheet, const Plot *plot) {
    const PlotFrame *frame = sheet->frame;
    for (int bar = 0; bar < frame->bars; bar++) {
        double sum = 0;
        for (int i = 0; i < plot->series_count; i++)
            if (bar < plot->series[i].count && frame_draws(&plot->y, plot->series[i].y[bar]))
                sum += plot->series[i].y[bar];
        Box box = {frame->left, frame_y(frame, bar + 1.4), frame_x(frame, sum),
                   frame_y(frame, bar + 0.6)};
        take(sheet, &box, DATA);
    }
}

void labels_write(const PlotFrame *frame, const Plot *plot, Text *out) {
    Sheet sheet;
    sheet_new(&sheet, frame, out);
    if (plot->kind == PLOT_BARS)
        take_stack(&sheet, plot);
    if (plot->kind != PLOT_BARS && plot->kind != PLOT_MAP && plot->kind != PLOT_REGIONS &&
        plot->kind != PLOT_TIMELINE)
        label_points(&sheet, plot);
    add_marks(&sheet, plot);
    if (plot->kind == PLOT_TIMELINE)
        label_bars(&sheet, plot);
    for (int i = 0; plot->kind == PLOT_REGIONS && i < plot->series_count; i++)
        label_region(&sheet, plot, &plot->series[i]);
    sheet_free(&sheet);
}
