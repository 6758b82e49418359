#include "lua/plot_series.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/text.h"

// --- Words --------------------------------------------------------------------------------------------------------

typedef struct Titled {
    const char *name, *title;
} Titled;

// What people call it; other columns keep their names.
static const Titled TITLES[] = {
    {"time_s",                "latency"                        },
    {"interval_s",            "time between completions"       },
    {"ttft_s",                "time to first token"            },
    {"tpot_s",                "time between tokens"            },
    {"time_overlap_s",        "latency with perfect overlap"   },
    {"time_no_overlap_s",     "latency without overlap"        },
    {"tokens_per_s",          "tokens/s"                       },
    {"tokens_per_s_per_chip", "tokens/s a chip"                },
    {"mfu",                   "MFU"                            },
    {"mbu",                   "MBU"                            },
    {"compute_s",             "time bound by compute"          },
    {"memory_s",              "time bound by memory"           },
    {"comm_s",                "time bound by links"            },
    {"overhead_s",            "fixed time"                     },
    {"weight_bytes",          "weights on the fullest chip"    },
    {"kv_bytes",              "KV cache on the fullest chip"   },
    {"hbm_used_bytes",        "memory used on the fullest chip"},
    {"energy_j_per_token",    "energy a token"                 },
    {"usd_per_mtoken",        "price of a million tokens"      },
    {"power_w",               "power"                          },
    {"loss",                  "loss, nats a token"             },
    {"params",                "parameters"                     },
    {"active_params",         "active parameters"              },
    {"prompt",                "prompt, tokens"                 },
    {"context",               "context, tokens"                },
    {"output",                "output, tokens"                 },
    {"batch",                 "batch, sequences"               },
    {"chunk",                 "chunk, tokens"                  },
};

static const char *title_of(Arena *arena, const char *name) {
    for (size_t i = 0; i < sizeof TITLES / sizeof TITLES[0]; i++)
        if (strcmp(TITLES[i].name, name) == 0)
            return TITLES[i].title;
    char *title = arena_text(arena, name);
    static const char *const ENDINGS[] = {"_bytes_per_s", "_flop_per_s", "_usd_per_hour", "_bytes",
                                          "_flop",        "_hz",         "_usd",          "_s"};
    for (size_t i = 0; i < sizeof ENDINGS / sizeof ENDINGS[0]; i++) {
        size_t length = strlen(title), ending = strlen(ENDINGS[i]);
        if (length <= ending || strcmp(title + length - ending, ENDINGS[i]) != 0)
            continue;
        title[length - ending] = '\0';
        break;
    }
    for (char *c = title; *c; c++)
        *c = *c == '_' ? ' ' : *c;
    return title;
}

static Unit unit_of(const PlotSource *source, int index) {
    const GoalColumn *column = &source->goal->columns[index];
    if (column->metric)
        return column->metric->unit;
    int axis = column->quantity.axis;
    const Field *field = axis >= 0 ? source->space->axes[axis].field : NULL;
    bool times = axis >= 0 && source->space->axes[axis].times;
    return field && field->kind == FIELD_NUMBER && !times ? field->unit : UNIT_NONE;
}

AxisWords axis_words(const PlotSource *source, int column, double most) {
    static const struct {
        Unit unit;
        double from, scale;
        const char *sign;
    } SIGNS[] = {
        {UNIT_S,            1,    1,     "s"      },
        {UNIT_S,            1e-3, 1e3,   "ms"     },
        {UNIT_S,            0,    1e6,   "us"     },
        {UNIT_BYTES,        1e8,  1e-9,  "GB"     },
        {UNIT_BYTES,        0,    1e-6,  "MB"     },
        {UNIT_BYTES_PER_S,  1e12, 1e-12, "TB/s"   },
        {UNIT_BYTES_PER_S,  0,    1e-9,  "GB/s"   },
        {UNIT_FLOP,         0,    1e-12, "TFLOP"  },
        {UNIT_FLOP_PER_S,   0,    1e-12, "TFLOP/s"},
        {UNIT_HZ,           0,    1e-9,  "GHz"    },
        {UNIT_W,            0,    1,     "W"      },
        {UNIT_J,            1,    1,     "J"      },
        {UNIT_J,            0,    1e3,   "mJ"     },
        {UNIT_USD,          0,    1,     "USD"    },
        {UNIT_USD_PER_HOUR, 0,    1,     "USD/h"  },
    };
    const char *title = title_of(source->arena, source->goal->columns[column].column.name);
    Unit unit = unit_of(source, column);
    for (size_t i = 0; i < sizeof SIGNS / sizeof SIGNS[0]; i++) {
        if (SIGNS[i].unit != unit || most < SIGNS[i].from)
            continue;
        Text label = {0};
        text_addf(&label, "%s, %s", title, SIGNS[i].sign);
        AxisWords words = {arena_text(source->arena, label.data), SIGNS[i].scale};
        text_free(&label);
        return words;
    }
    return (AxisWords){title, 1};
}

PlotAxis axis_of(const char *label, const double values[], int count) {
    double least = (double)INFINITY, most = (double)-INFINITY;
    for (int i = 0; i < count; i++) {
        least = values[i] < least ? values[i] : least;
        most = values[i] > most ? values[i] : most;
    }
    return (PlotAxis){label, least > 0 && most >= PLOT_LOG_RATIO * least, (double)NAN, (double)NAN};
}

const char *plot_name(Arena *arena, const char *name, const char *value) {
    Text text = {0};
    text_addf(&text, "%s%s%.60s", name, value[0] ? "-" : "", value);
    for (char *c = text.data; *c; c++)
        *c = isalnum((unsigned char)*c) || *c == '_' || *c == '-' ? *c : '_';
    const char *kept = arena_text(arena, text.data);
    text_free(&text);
    return kept;
}

const char *plot_title(Arena *arena, const char *given, const char *own, const char *value) {
    Text text = {0};
    text_addf(&text, "%s%s%s", given ? given : own, value[0] ? ": " : "", value);
    const char *title = arena_text(arena, text.data);
    text_free(&text);
    return title;
}

// --- Captions -----------------------------------------------------------------------------------------------------

static void add_part(Text *text, const char *part) {
    if (!part || !part[0])
        return;
    text_addf(text, "%s%s", text->length ? "; " : "", part);
}

static void add_value(Text *text, const Column *column, double value) {
    bool own = column->kind == COLUMN_TEXT;
    text_addf(text, "%s%s", text->length ? "; " : "", own ? "" : column->name);
    if (own)
        text_add(text, column->words[(int)value]);
    else
        text_addf(text, " %.6g", value);
}

const char *run_caption(const PlotSource *source, const char *more) {
    Text text = {0};
    for (int i = 0; i < source->run->constant_count; i++) {
        const StoreConstant *constant = &source->run->constants[i];
        if (!isnan(constant->value))
            add_value(&text, &constant->column, constant->value);
    }
    add_part(&text, more);
    if (source->mode && source->mode[0])
        text_addf(&text, "%smode %s", text.length ? "; " : "", source->mode);
    const char *caption = arena_text(source->arena, text.data ? text.data : "");
    text_free(&text);
    return caption;
}

// Of which rows a picture is made.
static const char *rows_words(const PlotSource *source, const Picture *picture,
                              const Picked *picked, const PickedText *each, bool bands) {
    Text text = {0};
    int64_t seen = each ? each->seen : picked->seen;
    if (picture->each.given && picture->each.column >= 0)
        text_add(&text, each->text);
    for (int i = 0; i < picture->only_count; i++) {
        const PictureLimit *limit = &picture->only[i];
        const Column *column = &source->run->columns[limit->column];
        if (limit->values && limit->count == 1 && strcmp(column->name, "fits") != 0)
            add_value(&text, column, limit->values[0]);
    }
    Text count = {0};
    if (picture->best >= 0)
        text_addf(&count, "best by %s of %lld design%s", source->run->columns[picture->best].name,
                  (long long)seen, seen == 1 ? "" : "s");
    else
        text_addf(&count, "%lld design%s%s", (long long)seen, seen == 1 ? "" : "s",
                  picked->thinned ? ", neighbours drawn as one" : "");
    if (source->goal->keep_rows >= ROWS_FRONTIER)
        text_add(&count, ", those that keep_rows left");
    text_add(&count, bands ? "; bands: 90 % intervals" : "");
    add_part(&text, count.data);
    text_free(&count);
    const char *words = run_caption(source, text.data);
    text_free(&text);
    return words;
}

// --- Series -------------------------------------------------------------------------------------------------------

typedef struct Axes {
    AxisWords x, y, z;
} Axes;

static double most_of(const PickedRow rows[], int count, size_t offset) {
    double most = 0;
    for (int i = 0; i < count; i++) {
        double value = *(const double *)(const void *)((const char *)&rows[i] + offset);
        most = fabs(value) > most ? fabs(value) : most;
    }
    return most;
}

static AxisWords words_of(const PlotSource *source, const PictureValue *value, const char *given,
                          double most) {
    if (!value->given)
        return (AxisWords){"", 1};
    if (value->column < 0)
        return (AxisWords){given ? given : value->name, 1};
    AxisWords words = axis_words(source, value->column, most);
    return given ? (AxisWords){given, words.scale} : words;
}

static double *numbers(Arena *arena, int count) {
    return arena_take(arena, ((size_t)count + 1) * sizeof(double));
}

// One series of the rows; those of one design each have neither low nor high.
static PlotSeries series_of(Arena *arena, const char *name, const PickedRow rows[], int count,
                            const Axes *axes) {
    double *x = numbers(arena, count), *y = numbers(arena, count), *z = numbers(arena, count);
    double *low = numbers(arena, count), *high = numbers(arena, count);
    bool interval = false;
    for (int i = 0; i < count; i++) {
        x[i] = rows[i].x * axes->x.scale;
        y[i] = rows[i].y * axes->y.scale;
        z[i] = rows[i].z * axes->z.scale;
        low[i] = rows[i].low * axes->y.scale;
        high[i] = rows[i].high * axes->y.scale;
        interval |= isfinite(low[i]) && isfinite(high[i]);
    }
    PlotSeries series = {.name = name, .count = count, .x = x, .y = y};
    series.z = z;
    series.low = interval ? low : NULL;
    series.high = interval ? high : NULL;
    return series;
}

// The title of a picture that has none.
static const char *title_for(const PlotSource *source, const Picture *picture, const Axes *axes,
                             const char *each) {
    Text text = {0};
    if (picture->word == SHOW_REGIONS)
        text_addf(&text, "Which is best by %s", source->run->columns[picture->best].name);
    else if (picture->word == SHOW_MAP)
        text_add(&text, axes->z.label);
    else
        text_addf(&text, "%s against %s", axes->y.label, axes->x.label);
    if (text.data)
        text.data[0] = (char)toupper((unsigned char)text.data[0]);
    const char *title = plot_title(source->arena, picture->title, text.data ? text.data : "", each);
    text_free(&text);
    return title;
}

static void set_log(const Picture *picture, Plot *plot) {
    if (!picture->log)
        return;
    plot->x.log = strchr(picture->log, 'x') != NULL;
    plot->y.log = strchr(picture->log, 'y') != NULL;
    plot->z.log = strchr(picture->log, 'z') != NULL;
}

static PlotKind kind_of(ShowWord word) {
    static const PlotKind KINDS[] = {
        [SHOW_LINES] = PLOT_LINES,
        [SHOW_POINTS] = PLOT_POINTS,
        [SHOW_MAP] = PLOT_MAP,
        [SHOW_REGIONS] = PLOT_REGIONS,
    };
    return KINDS[word];
}

static void set_level(const PlotSource *source, const Picture *picture, const Axes *axes,
                      Plot *plot) {
    if (!picture->level.label)
        return;
    PlotMark *mark = arena_take(source->arena, sizeof *mark);
    *mark = (PlotMark){picture->level.at * axes->y.scale, false, picture->level.label};
    plot->marks = mark;
    plot->mark_count = 1;
}

static void set_axes(const Axes *axes, Plot *plot, Arena *arena, int count) {
    double *all = numbers(arena, 3 * count);
    int n = 0;
    for (int s = 0; s < plot->series_count; s++) {
        const PlotSeries *series = &plot->series[s];
        for (int i = 0; i < series->count; i++, n++) {
            all[n] = series->x[i];
            all[count + n] = series->y[i];
            all[2 * count + n] = series->z ? series->z[i] : 1;
        }
    }
    plot->x = axis_of(axes->x.label, all, n);
    plot->y = axis_of(axes->y.label, all + count, n);
    plot->z = axis_of(axes->z.label, all + 2 * count, n);
}

// The plot of rows that share `each`.
static Plot plot_of(const PlotSource *source, const Picture *picture, const Picked *picked,
                    const PickedRow rows[], int count) {
    Axes axes = {
        words_of(source, &picture->x, picture->x_label,
                 most_of(rows, count, offsetof(PickedRow, x))),
        words_of(source, &picture->y, picture->y_label,
                 most_of(rows, count, offsetof(PickedRow, y))),
        words_of(source, &picture->z, picture->z_label,
                 most_of(rows, count, offsetof(PickedRow, z))),
    };
    // All of them, so that each keeps its colour in all pictures of the run; those without rows are not drawn.
    int all = picked->series_count > 0 ? picked->series_count : 1;
    PlotSeries *series = arena_take(source->arena, (size_t)all * sizeof *series);
    Plot plot = {.kind = kind_of(picture->word), .series = series, .series_count = all};
    for (int i = 0, first = 0; i < all; i++) {
        int last = first;
        while (last < count && rows[last].series == i)
            last++;
        const char *name = picture->by_count ? picked->series[i].text : "";
        series[i] = series_of(source->arena, name, &rows[first], last - first, &axes);
        if (picture->word != SHOW_MAP)
            series[i].z = NULL;
        first = last;
    }
    const char *each = picture->each.given ? picked->each[rows[0].each].text : "";
    plot.name = plot_name(source->arena, picture->name, each);
    plot.title = title_for(source, picture, &axes, each);
    bool bands = false;
    for (int i = 0; i < all; i++)
        bands |= series[i].low != NULL;
    plot.caption = rows_words(source, picture, picked,
                              picture->each.given ? &picked->each[rows[0].each] : NULL, bands);
    set_axes(&axes, &plot, source->arena, count);
    set_log(picture, &plot);
    set_level(source, picture, &axes, &plot);
    return plot;
}

int picture_plots(const PlotSource *source, const Picture *picture, const Picked *picked,
                  Plot plots[]) {
    int made = 0;
    for (int first = 0; first < picked->count;) {
        int last = first;
        while (last < picked->count && picked->rows[last].each == picked->rows[first].each)
            last++;
        plots[made++] = plot_of(source, picture, picked, &picked->rows[first], last - first);
        first = last;
    }
    return made;
}
