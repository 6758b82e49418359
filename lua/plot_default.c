#include "lua/plot_default.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/text.h"

#define FRONTIER_ROWS 20000
#define SERIES_MOST   8  // groups that are told apart
#define LABEL_COLUMNS 70 // characters of a design's label

static int column_of(const PlotSource *source, const char *name) {
    for (int i = 0; i < source->goal->column_count; i++)
        if (strcmp(source->goal->columns[i].column.name, name) == 0)
            return i;
    return -1;
}

static int objective_column(const PlotSource *source, int objective) {
    return column_of(source, source->goal->objectives[objective].metric->name);
}

static PictureValue value_of(const PlotSource *source, int column) {
    return (PictureValue){true, column, -1, source->goal->columns[column].column.name};
}

// The first axis of few words: chips, networks, formats.
static int words_column(const PlotSource *source) {
    for (int i = 0; i < source->goal->column_count; i++) {
        const GoalColumn *column = &source->goal->columns[i];
        if (!column->metric && column->column.kind == COLUMN_TEXT &&
            column->column.word_count > 1 && column->column.word_count <= SERIES_MOST)
            return i;
    }
    return -1;
}

static bool has_frontier(const PlotSource *source) {
    return source->goal->objective_count > 1 && objective_column(source, 0) >= 0 &&
           objective_column(source, 1) >= 0;
}

// Time between tokens and tokens a second: of each network or chip the fastest for a throughput.
static bool speed_picture(const PlotSource *source, Picture *picture) {
    int speed = column_of(source, "tpot_s"), flow = column_of(source, "tokens_per_s_per_chip");
    int words = words_column(source);
    if (speed < 0 || flow < 0)
        return false;
    *picture = (Picture){.word = SHOW_LINES,
                         .name = "throughput",
                         .x = value_of(source, speed),
                         .y = value_of(source, flow),
                         .best = flow,
                         .most = true,
                         .only_function = -1,
                         .steps = 64};
    if (words >= 0)
        picture->by[picture->by_count++] = value_of(source, words);
    return true;
}

int default_pictures(const PlotSource *source, Picture pictures[]) {
    const Goal *goal = source->goal;
    int count = 0;
    if (has_frontier(source))
        pictures[count++] = (Picture){.word = SHOW_POINTS,
                                      .name = "frontier",
                                      .x = value_of(source, objective_column(source, 0)),
                                      .y = value_of(source, objective_column(source, 1)),
                                      .best = -1,
                                      .only_function = -1};
    count += speed_picture(source, &pictures[count]);
    if (goal->objective_count > 0 && objective_column(source, 0) >= 0)
        pictures[count++] = (Picture){.word = SHOW_ROOFLINE,
                                      .name = "best",
                                      .best = objective_column(source, 0),
                                      .most = goal->objectives[0].maximise,
                                      .only_function = -1};
    for (int i = 0; i < count; i++)
        if (pictures[i].word != SHOW_POINTS) // what was tried is shown whole
            picture_only_fits(goal, &pictures[i]);
    return count;
}

// --- Frontier -----------------------------------------------------------------------------------------------------

typedef struct FrontierRow {
    double x, y, group;
    const double *values;
} FrontierRow;

typedef struct Front {
    const PlotSource *source;
    int x, y, group; // columns; group -1: none, or too many of them to be told apart
    bool mixed;      // of several groups that are not told apart
    FrontierRow *rows;
    int count;
    int64_t seen;
} Front;

static bool each_front(void *context, const char *objective, int64_t id, const double values[],
                       Error *err) {
    Front *front = context;
    int columns = front->source->run->column_count;
    (void)objective;
    (void)id;
    (void)err;
    front->seen++;
    if (front->count == FRONTIER_ROWS || !isfinite(values[front->x]) || !isfinite(values[front->y]))
        return true;
    double *kept = arena_take(front->source->arena, (size_t)columns * sizeof *kept);
    memcpy(kept, values, (size_t)columns * sizeof *kept);
    double group = front->group >= 0 ? kept[front->group] : 0;
    front->rows[front->count++] = (FrontierRow){kept[front->x], kept[front->y], group, kept};
    return true;
}

static int by_x(const void *a, const void *b) {
    const FrontierRow *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    if (x->x != y->x)
        return x->x < y->x ? -1 : 1;
    return (x->y > y->y) - (x->y < y->y);
}

// What sets a design apart from the others of the frontier: "h200_sxm, chips 8, tp 4, batch 64".
static const char *design_label(const Front *front, const FrontierRow *row) {
    const Goal *goal = front->source->goal;
    Text text = {0};
    for (int c = 0; c < goal->column_count; c++) {
        const Column *column = &goal->columns[c].column;
        bool varies = false;
        if (goal->columns[c].metric || c == front->x || c == front->y || isnan(row->values[c]))
            continue;
        for (int i = 0; i < front->count && !varies; i++)
            varies = front->rows[i].values[c] != row->values[c];
        if (!varies)
            continue;
        text_add(&text, text.length ? ", " : "");
        if (column->kind == COLUMN_TEXT)
            text_add(&text, column->words[(int)row->values[c]]);
        else
            text_addf(&text, "%s %.6g", column->name, row->values[c]);
    }
    const char *label = arena_text_n(front->source->arena, text.data ? text.data : "",
                                     text.length < LABEL_COLUMNS ? text.length : LABEL_COLUMNS);
    text_free(&text);
    return label;
}

// 0 at the best end of the rows, 1 at the worst.
static double rank(double value, double least, double most, bool log_scale, bool maximise) {
    if (most <= least)
        return 0;
    double share =
        log_scale ? log(value / least) / log(most / least) : (value - least) / (most - least);
    return maximise ? 1 - share : share;
}

// The ends of a stretch of rows, and its knee: nearest to the best of both.
static void label_rows(const Front *front, const FrontierRow rows[], int count, const Plot *plot,
                       const char **labels) {
    const Objective *objectives = front->source->goal->objectives;
    double low_x = rows[0].x, high_x = rows[count - 1].x, low_y = rows[0].y, high_y = rows[0].y;
    int knee = 0, last = count - 1;
    double nearest = (double)INFINITY;
    while (last > 0 && rows[last - 1].x == rows[last].x && rows[last - 1].y == rows[last].y)
        last--; // of equal ones the first, as `best` has it
    for (int i = 0; i < count; i++) {
        low_y = rows[i].y < low_y ? rows[i].y : low_y;
        high_y = rows[i].y > high_y ? rows[i].y : high_y;
    }
    for (int i = 0; i < count; i++) {
        double far = hypot(rank(rows[i].x, low_x, high_x, plot->x.log, objectives[0].maximise),
                           rank(rows[i].y, low_y, high_y, plot->y.log, objectives[1].maximise));
        knee = far < nearest ? i : knee;
        nearest = far < nearest ? far : nearest;
    }
    labels[0] = design_label(front, &rows[0]);
    labels[last] = design_label(front, &rows[last]);
    labels[knee] = design_label(front, &rows[knee]);
}

static PlotSeries front_series(const Front *front, const FrontierRow rows[], int count,
                               double scale_x, double scale_y, const char *name) {
    Arena *arena = front->source->arena;
    double *x = arena_take(arena, ((size_t)count + 1) * sizeof *x);
    double *y = arena_take(arena, ((size_t)count + 1) * sizeof *y);
    for (int i = 0; i < count; i++) {
        x[i] = rows[i].x * scale_x;
        y[i] = rows[i].y * scale_y;
    }
    return (PlotSeries){.name = name, .count = count, .x = x, .y = y};
}

// The group whose values the rows are told apart by: one of words or of few numbers.
static int group_column(const PlotSource *source) {
    if (source->goal->group_count != 1)
        return -1;
    return column_of(source, source->goal->groups[0].name);
}

static const char *group_name(const Front *front, double value) {
    if (front->group < 0)
        return front->mixed ? "best of their groups" : "nothing beats them";
    const Column *column = &front->source->goal->columns[front->group].column;
    if (column->kind == COLUMN_TEXT)
        return column->words[(int)value];
    Text text = {0};
    text_addf(&text, "%s %.6g", column->name, value);
    const char *name = arena_text(front->source->arena, text.data);
    text_free(&text);
    return name;
}

static int count_groups(const Front *front) {
    int groups = front->count > 0;
    for (int i = 1; i < front->count; i++)
        groups += front->rows[i].group != front->rows[i - 1].group;
    return groups;
}

static void add_groups(const Front *front, double scale_x, double scale_y, Plot *plot,
                       PlotSeries *series) {
    Arena *arena = front->source->arena;
    for (int first = 0; first < front->count;) {
        int last = first;
        while (last < front->count && front->rows[last].group == front->rows[first].group)
            last++;
        int count = last - first;
        const FrontierRow *rows = &front->rows[first];
        PlotSeries *one = &series[plot->series_count++];
        *one = front_series(front, rows, count, scale_x, scale_y, group_name(front, rows->group));
        first = last;
        if (front->mixed) // the frontiers of groups cross each other
            continue;
        const char **labels = arena_take(arena, ((size_t)count + 1) * sizeof *labels);
        label_rows(front, rows, count, plot, labels);
        one->labels = labels;
        one->joined = front->source->goal->objective_count == 2;
    }
}

// "What nothing beats in loss, usd_per_mtoken and tpot_s"; with groups each for itself.
static const char *frontier_title(const PlotSource *source) {
    const Goal *goal = source->goal;
    Text text = {0};
    text_add(&text, "What nothing beats in ");
    for (int i = 0; i < goal->objective_count; i++)
        text_addf(&text, "%s%s",
                  i == 0                          ? ""
                  : i + 1 < goal->objective_count ? ", "
                                                  : " and ",
                  goal->objectives[i].metric->name);
    for (int i = 0; i < goal->group_count; i++)
        text_addf(&text, "%s%s", i == 0 ? ", for each " : ", ", goal->groups[i].name);
    const char *title = arena_text(source->arena, text.data);
    text_free(&text);
    return title;
}

// The designs that nothing beats before all others.
static bool frontier_plot(const PlotSource *source, Store *store, const Picture *picture,
                          const Picked *picked, Plot *plot, bool *made, Error *err) {
    Plot cloud;
    Front front = {.source = source, .x = picture->x.column, .y = picture->y.column};
    front.group = group_column(source);
    front.mixed = source->goal->group_count > 0 && front.group < 0;
    front.rows = arena_take(source->arena, FRONTIER_ROWS * sizeof *front.rows);
    *made = false;
    if (picked->count == 0)
        return true;
    if (!store_each(store, STORE_FRONTIER, each_front, &front, err))
        return false;
    qsort(front.rows, (size_t)front.count, sizeof *front.rows, by_x);
    if (front.group >= 0 && count_groups(&front) > SERIES_MOST) {
        front.group = -1;
        front.mixed = true;
        for (int i = 0; i < front.count; i++)
            front.rows[i].group = 0;
        qsort(front.rows, (size_t)front.count, sizeof *front.rows, by_x);
    }
    picture_plots(source, picture, picked, &cloud);
    const PickedRow *first = &picked->rows[0];
    double scale_x = first->x != 0 ? cloud.series[0].x[0] / first->x : 1;
    double scale_y = first->y != 0 ? cloud.series[0].y[0] / first->y : 1;
    PlotSeries *series =
        arena_take(source->arena, ((size_t)count_groups(&front) + 1) * sizeof *series);
    *plot = cloud;
    plot->series = series;
    plot->series_count = 0;
    plot->title = frontier_title(source);
    series[plot->series_count] = cloud.series[0];
    series[plot->series_count].faint = true;
    series[plot->series_count++].name = "tried";
    add_groups(&front, scale_x, scale_y, plot, series);
    *made = true;
    return true;
}

// --- Throughput against speed -------------------------------------------------------------------------------------

// Turns time between tokens into tokens a second, and leaves of each series what no faster design beats.
static void speed_series(const PlotSource *source, PlotSeries *series) {
    double *x = arena_take(source->arena, ((size_t)series->count + 1) * sizeof *x);
    double *y = arena_take(source->arena, ((size_t)series->count + 1) * sizeof *y);
    double best = 0;
    int kept = 0;
    for (int i = 0; i < series->count; i++) { // from the fastest on
        if (series->y[i] <= best || !(series->x[i] > 0))
            continue;
        best = series->y[i];
        x[kept] = series->x[i];
        y[kept++] = series->y[i];
    }
    series->x = x;
    series->y = y;
    series->count = kept;
    series->low = series->high = NULL;
    series->joined = true;
}

static void speed_plot(const PlotSource *source, const Picture *picture, const Picked *picked,
                       Plot *plot) {
    picture_plots(source, picture, picked, plot);
    double scale = picked->rows[0].x != 0 ? plot->series[0].x[0] / picked->rows[0].x : 1;
    PlotSeries *series =
        arena_take(source->arena, ((size_t)plot->series_count + 1) * sizeof *series);
    double *all = arena_take(source->arena, ((size_t)picked->count + 1) * sizeof *all);
    int count = 0;
    for (int s = 0; s < plot->series_count; s++) {
        series[s] = plot->series[s];
        speed_series(source, &series[s]);
        double *x = arena_take(source->arena, ((size_t)series[s].count + 1) * sizeof *x);
        for (int i = 0; i < series[s].count; i++)
            all[count++] = x[i] = scale / series[s].x[i];
        series[s].x = x;
    }
    plot->kind = PLOT_POINTS;
    plot->series = series;
    plot->title = "Throughput against speed";
    plot->x = axis_of("tokens/s a user", all, count);
}

bool default_plots(const PlotSource *source, Store *store, const Picture pictures[],
                   const Picked picked[], int count, Plot plots[], int *made, Error *err) {
    *made = 0;
    for (int i = 0; i < count; i++) {
        bool is_frontier = pictures[i].word == SHOW_POINTS, drawn = false;
        if (is_frontier &&
            !frontier_plot(source, store, &pictures[i], &picked[i], &plots[*made], &drawn, err))
            return false;
        if (pictures[i].word == SHOW_LINES && picked[i].count > 0) {
            speed_plot(source, &pictures[i], &picked[i], &plots[*made]);
            drawn = true;
        }
        *made += drawn;
    }
    return true;
}
