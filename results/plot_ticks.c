#include "results/plot_ticks.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "results/plot_words.h"
#include "sim/base/unit.h"

#define TICKS 64

typedef struct Ticks {
    double at[TICKS];
    char text[TICKS][24]; // "": a small one
    int count;
} Ticks;

// --- Spans -------------------------------------------------------------------------------------------------------------

ScaleRange scale_range(void) {
    return (ScaleRange){INFINITY, -INFINITY, 0, true};
}

void scale_take(ScaleRange *range, double value) {
    int exponent;
    range->low = fmin(range->low, value);
    range->high = fmax(range->high, value);
    range->twos &= value >= 1 && frexp(value, &exponent) == 0.5;
    range->count++;
}

// 1, 2 or 5 times a power of ten, at least as much.
static double nice_step(double step) {
    double ten = pow(10, floor(log10(step) + 1e-9)), over = step / ten;
    return ten * (over <= 1.0001 ? 1 : over <= 2.0001 ? 2 : over <= 5.0001 ? 5 : 10);
}

static PlotScale log_scale(double low, double high, bool twos) {
    PlotScale scale = {.log = true, .twos = twos && high >= 4 * low};
    if (high <= low * (1 + 1e-9)) {
        low /= 2;
        high *= 2;
    }
    if (scale.twos) {
        scale.from = low / 1.15;
        scale.to = high * 1.15;
        return scale;
    }
    // A little more than the numbers, on both sides.
    double more = pow(high / low, 0.04);
    scale.from = low / more;
    scale.to = high * more;
    return scale;
}

static PlotScale plain_scale(double low, double high, int parts) {
    if (low > 0 && low < 0.5 * high)
        low = 0;
    if (high < 0 && high > 0.5 * low)
        high = 0;
    double wide = high - low, least = 1e-6 * fmax(fabs(low), fabs(high));
    if (wide <= least) {
        wide = fmax(2 * least, fabs(low) / 5);
        wide = wide > 0 ? wide : 2;
        low -= wide / 2;
        high += wide / 2;
    }
    PlotScale scale = {.step = nice_step(wide / parts)};
    scale.from = scale.step * floor(low / scale.step + 1e-6);
    scale.to = scale.step * ceil(high / scale.step - 1e-6);
    // A whole step of nothing above the numbers is much.
    if (scale.to - high > 0.7 * scale.step)
        scale.to -= scale.step / 2;
    return scale;
}

PlotScale scale_of(const ScaleRange *range, const PlotAxis *axis, int parts) {
    bool from = frame_draws(axis, axis->from), to = frame_draws(axis, axis->to);
    double low = from ? axis->from : range->low, high = to ? axis->to : range->high;
    if (!(high > low) && from != to) { // all numbers lie beyond the limit
        high = from ? (axis->log ? 10 * low : low + fmax(1, fabs(low))) : high;
        low = to ? (axis->log ? high / 10 : high - fmax(1, fabs(high))) : low;
    }
    PlotScale scale = axis->log ? log_scale(low, high, range->twos) : plain_scale(low, high, parts);
    if (from && high > low)
        scale.from = axis->from;
    if (to && high > low)
        scale.to = axis->to;
    return scale;
}

// --- Ticks -------------------------------------------------------------------------------------------------------------

static void add_tick(Ticks *ticks, double at, bool small) {
    if (ticks->count == TICKS)
        return;
    ticks->at[ticks->count] = at;
    char *text = ticks->text[ticks->count++];
    text[0] = '\0';
    if (!small && fabs(at) < 1e6 && (fabs(at) >= 1e-4 || at == 0))
        snprintf(text, sizeof ticks->text[0], at == floor(at) ? "%.6g" : "%.4g", at);
    else if (!small)
        unit_format(text, sizeof ticks->text[0], at, UNIT_NONE);
}

static void plain_ticks(const PlotScale *scale, Ticks *ticks) {
    double low = fmin(scale->from, scale->to), high = fmax(scale->from, scale->to);
    double step = scale->step > 0 ? scale->step : nice_step((high - low) / 6);
    double first = ceil(low / step - 1e-6);
    for (int i = 0; i < TICKS && (first + i) * step <= high + 1e-6 * step; i++)
        add_tick(ticks, fabs(first + i) < 0.5 ? 0 : (first + i) * step, false);
}

static void twos_ticks(const PlotScale *scale, int most, Ticks *ticks) {
    int low = (int)ceil(log2(scale->from) - 1e-6), high = (int)floor(log2(scale->to) + 1e-6);
    int stride = 1;
    while ((high - low) / stride + 1 > most)
        stride++;
    for (int i = low; i <= high; i += stride)
        add_tick(ticks, ldexp(1, i), false);
}

// Decades; in less than two and a half of them also 2 and 5, in less than a third of one steps as on a plain axis.
static void log_ticks(const PlotScale *scale, int most, Ticks *ticks) {
    double low = scale->from, high = scale->to, decades = log10(high / low);
    if (decades < 0.5) {
        PlotScale plain = {.from = low, .to = high, .step = nice_step((high - low) / 4)};
        plain_ticks(&plain, ticks);
        return;
    }
    int stride = 1, first = (int)floor(log10(low)), last = (int)ceil(log10(high));
    while (decades / stride > most)
        stride++;
    for (int ten = first; ten <= last && ticks->count < TICKS; ten++) {
        for (int digit = 1; digit < 10; digit++) {
            double at = digit * pow(10, ten);
            bool named =
                digit == 1 ? (ten % stride) == 0 : decades < 2.5 && (digit == 2 || digit == 5);
            bool shown = named || (stride == 1 && decades < 6) || digit == 1;
            if (shown && at >= low * (1 - 1e-9) && at <= high * (1 + 1e-9))
                add_tick(ticks, at, !named);
        }
    }
}

static void ticks_of(const PlotScale *scale, int most, Ticks *ticks) {
    ticks->count = 0;
    if (!scale->log)
        plain_ticks(scale, ticks);
    else if (scale->twos)
        twos_ticks(scale, most, ticks);
    else
        log_ticks(scale, most, ticks);
}

static int widest(const Ticks *ticks) {
    int most = 0;
    for (int i = 0; i < ticks->count; i++) {
        int width = (int)strlen(ticks->text[i]);
        most = width > most ? width : most;
    }
    return most;
}

// The step of a plain axis over cells: a power of two where the cells lie so, as the widths of networks do.
static double cell_step(const PlotSteps *steps, int most) {
    double low = steps->at[0], wide = steps->at[steps->count - 1] - low;
    double apart = steps->at[1] - low, two = exp2(ceil(log2(wide / most)));
    bool twos = fmod(apart, 8) == 0 && fmod(low, 8) == 0 && fmod(two, apart) == 0;
    double nice = nice_step(wide / most);
    return twos && two >= 16 ? two : fmax(nice, apart == floor(apart) ? nice_step(1) : 0);
}

// Round numbers at their places among the cells, which may lie between two.
static void cell_ticks(const PlotSteps *steps, bool log, int most, Ticks *ticks) {
    PlotScale scale = {steps->at[0], steps->at[steps->count - 1], 0, log, false};
    int exponent;
    ticks->count = 0;
    log = log && scale.to > 1.5 * scale.from;
    if (steps->count <= most && steps->count <= 12) { // each its own
        for (int i = 0; i < steps->count; i++)
            add_tick(ticks, steps->at[i], false);
    } else if (log) {
        scale.twos = frexp(scale.from, &exponent) == 0.5 && frexp(scale.to, &exponent) == 0.5;
        (scale.twos ? twos_ticks : log_ticks)(&scale, most, ticks);
    } else {
        scale.log = false;
        scale.step = cell_step(steps, most);
        plain_ticks(&scale, ticks);
    }
    for (int i = 0; i < ticks->count; i++)
        ticks->at[i] = steps_place(steps, ticks->at[i], log);
}

static void y_ticks(const PlotFrame *frame, const Plot *plot, Ticks *ticks) {
    PlotScale scale = frame->y;
    if (plot->kind == PLOT_TIMELINE && frame->page.text) { // the lines alone
        scale.from -= 1;
        scale.to += 1;
    }
    if (plot->kind == PLOT_MAP || plot->kind == PLOT_REGIONS)
        cell_ticks(&frame->rows, plot->y.log, frame->page.text ? 8 : 14, ticks);
    else
        ticks_of(&scale, 8, ticks);
}

int frame_y_tick_width(const PlotFrame *frame, const Plot *plot) {
    Ticks ticks;
    y_ticks(frame, plot, &ticks);
    return widest(&ticks);
}

static void add_ticks(char axis, const Ticks *ticks, Text *out) {
    text_addf(out, "set %ctics (", axis);
    for (int i = 0; i < ticks->count; i++)
        text_addf(out, "%s'%s' %.9g%s", i ? ", " : "", ticks->text[i], ticks->at[i],
                  ticks->text[i][0] ? "" : " 1");
    text_add(out, ")\n");
}

static void add_bar_ticks(const Plot *plot, int bars, Text *out) {
    const PlotSeries *series = plot->series;
    Text name = {0};
    text_add(out, "set ytics (");
    for (int i = 0; i < bars; i++) {
        text_clear(&name);
        words_clean(&name, series->labels && i < series->count ? series->labels[i] : "",
                    BAR_CHARACTERS);
        text_add(out, i ? ", \\\n    " : "");
        words_tick(out, name.data);
        text_addf(out, " %d", i + 1);
    }
    text_add(out, ")\n");
    text_free(&name);
}

void frame_ticks(const PlotFrame *frame, const Plot *plot, Text *out) {
    Ticks ticks;
    double wide = frame->right - frame->left;
    if (plot->kind == PLOT_MAP || plot->kind == PLOT_REGIONS) {
        cell_ticks(&frame->columns, plot->x.log, 12, &ticks);
        int most = (int)(wide / (frame->page.character * (widest(&ticks) + 2)));
        if (most < 12)
            cell_ticks(&frame->columns, plot->x.log, most < 2 ? 2 : most, &ticks);
    } else {
        ticks_of(&frame->x, frame->page.text ? 7 : 12, &ticks);
    }
    add_ticks('x', &ticks, out);
    if (plot->kind == PLOT_BARS) {
        add_bar_ticks(plot, frame->bars, out);
        return;
    }
    y_ticks(frame, plot, &ticks);
    add_ticks('y', &ticks, out);
}
