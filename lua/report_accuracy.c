// How far off the predictions may be: mode, kernel profiles with their left-out errors, intervals; and what they rest on.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch/quality.h"
#include "lua/report.h"
#include "lua/sources.h"
#include "search/worker.h"
#include "sim/base/heap.h"
#include "sim/op_cost.h"
#include "validate/score.h"

#define EVALUATED 20000 // designs that are evaluated again; of more an even share
#define KERNELS   64
#define ORIGINS   128
#define PLACES    32 // chips and systems whose sources are told

// Time that designs spend in a class of kernels of a profile.
typedef struct KernelShare {
    const Profile *profile;
    KernelClass class;
    double share;
} KernelShare;

typedef struct Origin {
    char of[96], what[128];
    const char *source, *doubtful;
} Origin;

typedef struct Accuracy {
    Report *report;
    Arena *arena;
    Breakdown *breakdown;
    int64_t evaluated, extrapolated, with_interval, calibrated;
    int64_t beyond_law;    // whose loss lies outside the range of its laws
    double *below, *above; // of the intervals, as shares of time_s
    KernelShare kernels[KERNELS];
    int kernel_count, opened;
    Origin origins[ORIGINS];
    int origin_count;
    char places[PLACES][160];
    int place_count;
} Accuracy;

// --- Looking at designs ------------------------------------------------------------------------------------------

static void note_kernel(Accuracy *all, const Profile *profile, KernelClass class, double share) {
    for (int i = 0; i < all->kernel_count; i++)
        if (all->kernels[i].profile == profile && all->kernels[i].class == class) {
            all->kernels[i].share += share;
            return;
        }
    if (all->kernel_count < KERNELS)
        all->kernels[all->kernel_count++] = (KernelShare){profile, class, share};
}

static void note_kernels(Accuracy *all, const Design *design) {
    const Breakdown *table = all->breakdown;
    double total_s = 0;
    for (int i = 0; i < table->row_count; i++)
        total_s += table->rows[i].time_s;
    for (int i = 0; i < table->row_count && total_s > 0; i++)
        note_kernel(all, design->profile, op_class(&table->machine, &table->rows[i].op),
                    table->rows[i].time_s / total_s);
    all->opened++;
}

static void note_origin(Accuracy *all, const char *of, const char *what, const char *source,
                        const char *doubtful) {
    for (int i = 0; i < all->origin_count; i++)
        if (strcmp(all->origins[i].of, of) == 0 && strcmp(all->origins[i].what, what) == 0)
            return;
    if (all->origin_count == ORIGINS)
        return;
    Origin *origin = &all->origins[all->origin_count++];
    snprintf(origin->of, sizeof origin->of, "%s", of);
    snprintf(origin->what, sizeof origin->what, "%s", what);
    origin->source = source ? arena_text(all->arena, source) : "no source given";
    origin->doubtful = doubtful ? arena_text(all->arena, doubtful) : "";
}

static void note_origins(Accuracy *all, const Design *design) {
    SourceLine lines[SOURCE_LINES];
    int count = sources_of(design, all->breakdown, lines);
    for (int i = 0; i < count; i++)
        note_origin(all, design->chip->name, lines[i].what, lines[i].from->source,
                    lines[i].from->doubtful);
    note_origin(all, design->model->name, "shape of the network", design->model->source,
                design->model->doubtful);
    if (design->engine)
        note_origin(all, design->engine->name, "host times of the engine",
                    design->engine->from.source, design->engine->from.doubtful);
}

// Whether a design stands on a chip and system of which none was looked at yet.
static bool is_new_place(Accuracy *all, const Design *design) {
    char place[160];
    snprintf(place, sizeof place, "%.70s %.70s", design->chip->name, design->system->name);
    for (int i = 0; i < all->place_count; i++)
        if (strcmp(all->places[i], place) == 0)
            return false;
    if (all->place_count == PLACES)
        return false;
    memcpy(all->places[all->place_count++], place, sizeof place);
    return true;
}

static void note_interval(Accuracy *all, const Metrics *metrics) {
    all->evaluated++;
    all->extrapolated += metrics->extrapolated;
    all->calibrated += metrics->mode == MODE_CALIBRATED;
    if (isnan(metrics->time_low_s) || isnan(metrics->time_high_s) || !(metrics->time_s > 0))
        return;
    all->below[all->with_interval] = metrics->time_low_s / metrics->time_s - 1;
    all->above[all->with_interval++] = metrics->time_high_s / metrics->time_s - 1;
}

static void look(Accuracy *all, Worker *worker, const ReportRow *row) {
    Candidate none;
    Metrics metrics;
    if (row->id < 0 || row->id >= script_space(all->report->stored.script)->points ||
        !worker_point(worker, row->id, NULL, &none))
        return;
    const Design *design = worker_design(worker);
    bool best = row->best, place = is_new_place(all, design);
    evaluate(design, &metrics, best || place ? all->breakdown : NULL);
    note_interval(all, &metrics);
    if (!isnan(metrics.loss))
        all->beyond_law +=
            quality_of(design->model, &design->formats, design_training_tokens(design))
                .extrapolated;
    if (best)
        note_kernels(all, design);
    if (best || place)
        note_origins(all, design);
}

static void look_at_all(Accuracy *all) {
    Report *report = all->report;
    Worker *worker =
        worker_new(script_space(report->stored.script), script_goal(report->stored.script),
                   script_hooks(report->stored.script));
    int64_t count = report->row_count, step = (count + EVALUATED - 1) / EVALUATED;
    for (int64_t i = 0; i < count; i++)
        if (i % step == 0 || report->rows[i].best)
            look(all, worker, &report->rows[i]);
    worker_free(worker);
}

// --- What it came to -------------------------------------------------------------------------------------------------

static int by_share(const void *a, const void *b) {
    double x = ((const KernelShare *)a)->share, y = ((const KernelShare *)b)->share;
    return (x < y) - (x > y);
}

static void add_intervals(Accuracy *all) {
    Page *page = &all->report->page;
    int64_t n = all->with_interval;
    if (all->evaluated < all->report->row_count)
        page_text(page, "%lld of the frontier's designs were evaluated again for this, evenly.",
                  (long long)all->evaluated);
    if (all->calibrated < all->evaluated)
        page_text(page,
                  "%lld of %lld designs are predicted in datasheet mode: constants that are the "
                  "same for every chip, no interval.",
                  (long long)(all->evaluated - all->calibrated), (long long)all->evaluated);
    if (n > 0) {
        score_sort(all->below, (int)n);
        score_sort(all->above, (int)n);
        page_text(page,
                  "90 %% intervals of time_s over the frontier: %.0f %% to +%.0f %% in the middle "
                  "(medians of both ends); the widest ends are %.0f %% and +%.0f %%.",
                  100 * all->below[n / 2], 100 * all->above[n / 2], 100 * all->below[0],
                  100 * all->above[n - 1]);
    }
    page_text(page,
              "%lld of %lld designs use a fitted number outside the range it was fitted on "
              "(extrapolated).",
              (long long)all->extrapolated, (long long)all->evaluated);
    if (all->beyond_law > 0)
        page_text(page,
                  "Of %lld designs that is so of the loss: they lie outside what its laws were "
                  "fitted on.",
                  (long long)all->beyond_law);
}

static void errors_cell(Page *page, double median, double mape, double p90) {
    char text[64] = "-";
    if (p90 > 0)
        snprintf(text, sizeof text, "%.1f / %.1f / %.1f", 100 * median, 100 * mape, 100 * p90);
    page_number(page, text, p90 > 0 ? median : (double)NAN);
}

static void add_kernel(Accuracy *all, const KernelShare *kernel) {
    Page *page = &all->report->page;
    const Profile *profile = kernel->profile;
    KernelClass class = kernel->class, from = class;
    while (!profile->fits[from].given && KERNEL_CLASSES[from].stand_in != from)
        from = KERNEL_CLASSES[from].stand_in;
    const Fit *fit = &profile->fits[class];
    const FitReport *report = &profile->fits[from].report;
    char text[64];
    double share = 100 * kernel->share / all->opened;
    page_cell(page, profile->name);
    page_cell(page, KERNEL_CLASSES[class].name);
    snprintf(text, sizeof text, "%.1f", share);
    page_number(page, text, share);
    page_cell(page, !profile->fits[from].given ? "no fit: the universal constants"
                    : from == class            ? "its own"
                                               : KERNEL_CLASSES[from].name);
    snprintf(text, sizeof text, "%.0f", report->rows);
    page_number(page, report->rows > 0 ? text : "-", report->rows);
    errors_cell(page, report->median, report->mape, report->p90);
    errors_cell(page, report->chip_median, report->chip_mape, report->chip_p90);
    snprintf(text, sizeof text, "-%.0f +%.0f", 100 * fit->residual.below[RESIDUAL_BANDS / 2],
             100 * fit->residual.above[RESIDUAL_BANDS / 2]);
    page_number(page, fit->interval ? text : "-", fit->residual.above[RESIDUAL_BANDS / 2]);
}

static void add_kernels(Accuracy *all) {
    static const PageColumn COLUMNS[] = {
        {"profile",           NULL, "of kernels, fitted to measurements", true },
        {"kernel class",      NULL, NULL,                                 true },
        {"share of time",     "%",  "mean over the best designs",         false},
        {"fit",               NULL, "whose constants it takes",           true },
        {"rows",              NULL, "measured rows behind it",            false},
        {"families left out", "%",
         "median / mean / 90 % quantile of |predicted / measured - 1| on whole shape families that "
         "the fit did not see",                                           false},
        {"chips left out",    "%",  "the same on whole chips",            false},
        {"90 % interval",     "%",  "of a kernel of 64 to 256 us",        false},
    };
    Page *page = &all->report->page;
    qsort(all->kernels, (size_t)all->kernel_count, sizeof all->kernels[0], by_share);
    page_subsection(page, "Kernels that the best designs spend their time in");
    page_text(page, "How far each class lay off on measured rows that its fit did not see.");
    page_table(page, "kernels", COLUMNS, FIELD_COUNT(COLUMNS));
    for (int i = 0; i < all->kernel_count; i++)
        if (all->kernels[i].profile)
            add_kernel(all, &all->kernels[i]);
    page_table_end(page);
}

static bool any_profile(const Accuracy *all) {
    for (int i = 0; i < all->kernel_count; i++)
        if (all->kernels[i].profile)
            return true;
    return false;
}

static void add_origins(Accuracy *all) {
    static const PageColumn COLUMNS[] = {
        {"of",       NULL, NULL,                             true},
        {"constant", NULL, NULL,                             true},
        {"source",   NULL, NULL,                             true},
        {"doubtful", NULL, "what its file says is in doubt", true},
    };
    Page *page = &all->report->page;
    page_table(page, "origins", COLUMNS, 4);
    for (int i = 0; i < all->origin_count; i++) {
        page_cell(page, all->origins[i].of);
        page_cell(page, all->origins[i].what);
        page_cell(page, all->origins[i].source);
        page_cell(page, all->origins[i].doubtful);
    }
    page_table_end(page);
}

static void add_modes(const Report *report, Page *page) {
    const char *mode = store_text(report->stored.store, "mode");
    const char *profile = store_text(report->stored.store, "kernel_profile");
    page_section(page, "accuracy", "How far off the predictions may be");
    page_text(page, "Mode: %s%s%s.", mode ? mode : "not stored",
              profile ? "; kernel profiles, each with the hash of the rows that it was fitted to: "
                      : "",
              profile ? profile : "");
}

void report_accuracy(Report *report) {
    Page *page = &report->page;
    add_modes(report, page);
    if (!report->rebuilt || report->row_count == 0) {
        page_text(page, report->rebuilt ? "There are no designs to judge."
                                        : "The designs cannot be evaluated again, see the top.");
        report_measured(report);
        page_section(page, "sources", "Assumptions and sources");
        page_text(page, "Told of designs that can be evaluated; here there are none.");
        return;
    }
    Accuracy *all = heap_take(1, sizeof *all);
    *all = (Accuracy){.report = report, .arena = report->arena};
    all->breakdown = heap_take(1, sizeof *all->breakdown);
    all->below = heap_take((size_t)report->row_count, sizeof *all->below);
    all->above = heap_take((size_t)report->row_count, sizeof *all->above);
    look_at_all(all);
    add_intervals(all);
    if (any_profile(all))
        add_kernels(all);
    report_measured(report);
    page_section(page, "sources", "Assumptions and sources");
    page_text(page,
              "Where the numbers come from that these designs rest on, as their files name it. "
              "chipfit explain RUN.sqlite ID --why METRIC shows every formula with its inputs.");
    add_origins(all);
    free(all->below);
    free(all->above);
    free(all->breakdown);
    free(all);
}
