// What was measured: rows of the view `validation`, where the file holds one.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/report.h"
#include "results/tables.h"
#include "sim/base/heap.h"
#include "validate/score.h"

#define GROUPS  100
#define ROWS    1000000
#define DRAWN   4000 // rows in the picture
#define CLASSES 8    // of ops, each with its own mark; the rest is one more

enum {
    DEVICE,
    CHIP,
    OP,
    FORMAT,
    CACHE,
    MEASURED,
    DATASHEET,
    CALIBRATED,
    INSIDE,
    LOW,
    HIGH,
    SETTLED,
    COLUMNS_READ
};
static const char *const NAMES[COLUMNS_READ] = {
    "device",      "chip",         "op",     "format", "cache",  "measured_s",
    "datasheet_s", "calibrated_s", "inside", "low_s",  "high_s", "settled"};

// Rows of one device, class of kernel, format and cache.
typedef struct MeasuredGroup {
    const char *texts[CACHE + 1];
    double *errors[2]; // |predicted / measured - 1|: datasheet, calibrated
    int64_t counts[2], room;
    int64_t rows, inside, judged;
} MeasuredGroup;

// Rows of a class of ops as the picture takes them, in us.
typedef struct MeasuredClass {
    const char *op;
    double *numbers[4]; // measured, predicted, low, high
    int count;
} MeasuredClass;

typedef struct MeasuredRows {
    Arena *arena;
    MeasuredClass classes[CLASSES + 1];
    int class_count, drawn;
    bool calibrated; // some of the drawn rows are
    MeasuredGroup groups[GROUPS];
    int count;
    int64_t rows, unmeasured, unsettled;
} MeasuredRows;

static MeasuredGroup *group_of(MeasuredRows *all, const char *const texts[]) {
    for (int i = 0; i < all->count; i++) {
        bool same = true;
        for (int k = DEVICE; k <= CACHE; k++)
            same &= strcmp(all->groups[i].texts[k], texts[k] ? texts[k] : "-") == 0;
        if (same)
            return &all->groups[i];
    }
    if (all->count == GROUPS)
        return NULL;
    MeasuredGroup *group = &all->groups[all->count++];
    for (int k = DEVICE; k <= CACHE; k++)
        group->texts[k] = arena_text(all->arena, texts[k] ? texts[k] : "-");
    return group;
}

static MeasuredClass *class_of(MeasuredRows *all, const char *op) {
    int i = 0;
    while (i < all->class_count && i < CLASSES && strcmp(all->classes[i].op, op) != 0)
        i++;
    MeasuredClass *class = &all->classes[i];
    if (i < all->class_count)
        return class;
    all->class_count = i + 1;
    class->op = i == CLASSES ? "other ops" : arena_text(all->arena, op);
    for (int k = 0; k < 4; k++)
        class->numbers[k] = arena_take(all->arena, DRAWN * sizeof(double));
    return class;
}

static void draw_row(MeasuredRows *all, const double numbers[], const char *op) {
    bool calibrated = numbers[CALIBRATED] > 0;
    double predicted_s = numbers[calibrated ? CALIBRATED : DATASHEET];
    if (all->drawn == DRAWN || !(predicted_s > 0))
        return;
    MeasuredClass *class = class_of(all, op ? op : "-");
    const double values_s[4] = {numbers[MEASURED], predicted_s, numbers[LOW], numbers[HIGH]};
    for (int k = 0; k < 4; k++)
        class->numbers[k][class->count] = 1e6 * values_s[k];
    class->count++;
    all->drawn++;
    all->calibrated |= calibrated;
}

static bool take_row(void *context, const double numbers[], const char *const texts[], Error *err) {
    (void)err;
    MeasuredRows *all = context;
    double measured_s = numbers[MEASURED];
    MeasuredGroup *group = group_of(all, texts);
    if (++all->rows > ROWS || !group)
        return all->rows <= ROWS;
    if (!(measured_s > 0)) {
        all->unmeasured++;
        return true;
    }
    if (group->rows == group->room) {
        group->room = group->room ? 2 * group->room : 64;
        for (int k = 0; k < 2; k++)
            group->errors[k] = heap_resize(group->errors[k], group->room, sizeof(double));
    }
    group->rows++;
    for (int k = 0; k < 2; k++)
        if (!isnan(numbers[DATASHEET + k]))
            group->errors[k][group->counts[k]++] = fabs(numbers[DATASHEET + k] / measured_s - 1);
    draw_row(all, numbers, texts[OP]);
    all->unsettled += numbers[SETTLED] == 0;
    group->judged += !isnan(numbers[INSIDE]);
    group->inside += numbers[INSIDE] > 0;
    return true;
}

static void median_cell(Page *page, double errors[], int64_t count) {
    char text[32] = "-";
    double median = (double)NAN;
    if (count > 0) {
        score_sort(errors, (int)count);
        median = 100 * score_quantile(errors, (int)count, 0.5);
        snprintf(text, sizeof text, "%.1f", median);
    }
    page_number(page, text, median);
}

static void add_group(Page *page, MeasuredGroup *group) {
    char text[48];
    for (int k = DEVICE; k <= CACHE; k++)
        page_cell(page, group->texts[k]);
    snprintf(text, sizeof text, "%lld", (long long)group->rows);
    page_number(page, text, (double)group->rows);
    for (int k = 0; k < 2; k++)
        median_cell(page, group->errors[k], group->counts[k]);
    snprintf(text, sizeof text, "%lld of %lld", (long long)group->inside, (long long)group->judged);
    page_number(page, group->judged ? text : "-",
                group->judged ? (double)group->inside / (double)group->judged : (double)NAN);
}

static void add_rows(Page *page, MeasuredRows *all) {
    static const PageColumn COLUMNS[] = {
        {"device",     NULL, "that measured",                           true },
        {"as",         NULL, "the chip whose constants were taken",     true },
        {"op",         NULL, "class of kernel",                         true },
        {"format",     NULL, NULL,                                      true },
        {"cache",      NULL, "cold or warm times",                      true },
        {"rows",       NULL, "measured",                                false},
        {"datasheet",  "%",  "median of |predicted / measured - 1|",    false},
        {"calibrated", "%",  "the same with the kernel profile",        false},
        {"inside",     NULL, "measured times within the 90 % interval", false},
    };
    page_text(page, "%lld measured rows stand in the file, view validation%s.",
              (long long)(all->rows - all->unmeasured),
              all->unmeasured ? "; others could not be measured" : "");
    if (all->unsettled > 0)
        page_text(page,
                  "%lld of them did not settle in the time they were given: they say less than "
                  "the others.",
                  (long long)all->unsettled);
    page_table(page, "measured", COLUMNS, FIELD_COUNT(COLUMNS));
    for (int i = 0; i < all->count; i++)
        if (all->groups[i].rows > 0)
            add_group(page, &all->groups[i]);
    page_table_end(page);
}

static void add_picture(Report *report, const MeasuredRows *all) {
    PlotSeries series[CLASSES + 1];
    char caption[160];
    for (int i = 0; i < all->class_count; i++) {
        const MeasuredClass *class = &all->classes[i];
        series[i] = (PlotSeries){.name = class->op,
                                 .count = class->count,
                                 .x = class->numbers[0],
                                 .y = class->numbers[1],
                                 .low = class->numbers[2],
                                 .high = class->numbers[3]};
    }
    snprintf(caption, sizeof caption, "%d measured kernels by class; predictions: %s", all->drawn,
             all->calibrated ? "calibrated mode with 90 % intervals where there is a profile"
                             : "datasheet mode");
    if (all->drawn > 0)
        report_picture(report, &(Plot){
                                   .kind = PLOT_PARITY,
                                   .name = "measured",
                                   .title = "Predicted against measured time of kernels",
                                   .caption = caption,
                                   .x = {"measured, us",  true, NAN, NAN},
                                   .y = {"predicted, us", true, NAN, NAN},
                                   .series = series,
                                   .series_count = all->class_count
        });
}

// By a connection of its own: a view that cannot be read must not spoil the rest.
void report_measured(Report *report) {
    Page *page = &report->page;
    Error err = {0};
    Store *store = store_open(report->path, &err);
    page_subsection(page, "Measured");
    if (!store || !tables_has(store, "validation", &err)) {
        page_text(page, "The file holds no measurements. chipfit validate run RUN.sqlite measures "
                        "the kernels of chosen designs and puts them beside the predictions.");
        store_close(store);
        return;
    }
    MeasuredRows *all = heap_take(1, sizeof *all);
    all->arena = report->arena;
    if (!tables_each(store, "validation", NAMES, COLUMNS_READ, take_row, all, &err) &&
        err.what[0]) {
        page_warning(page, "The view validation cannot be read: %s", err.what);
    } else {
        add_rows(page, all);
        add_picture(report, all);
    }
    for (int i = 0; i < all->count; i++)
        for (int k = 0; k < 2; k++)
            free(all->groups[i].errors[k]);
    free(all);
    store_close(store);
}
