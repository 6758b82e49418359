// What binds: the ops of the best designs, and shares of time over the frontier, from table op.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/report.h"

#define SHARES 128 // of ops and of engines

enum {
    PHASE,
    PLACE,
    NAME,
    LAYERS,
    MATRIX,
    VECTOR,
    MEMORY,
    LINK,
    OVERHEAD,
    TIME,
    BINDS,
    OP_COLUMNS
};
static const char *const NAMES[OP_COLUMNS] = {"phase",      "place",    "name",     "layers",
                                              "matrix_s",   "vector_s", "memory_s", "link_s",
                                              "overhead_s", "time_s",   "binds"};

// Where the columns of op stand in this run, -1: nowhere.
typedef struct Ops {
    const StoreRun *run;
    int at[OP_COLUMNS];
    double (*rows)[OP_COLUMNS];
    int count, room;
    double total_s;
} Ops;

static void find_columns(Ops *ops, const StoreRun *run) {
    *ops = (Ops){.run = run};
    for (int i = 0; i < OP_COLUMNS; i++) {
        ops->at[i] = -1;
        for (int k = 0; k < run->op_column_count; k++)
            if (strcmp(run->op_columns[k].name, NAMES[i]) == 0)
                ops->at[i] = k;
    }
}

static const char *word_of(const Ops *ops, int column, double value) {
    const Column *of = ops->at[column] < 0 ? NULL : &ops->run->op_columns[ops->at[column]];
    return of && of->kind == COLUMN_TEXT && !isnan(value) ? of->words[(int)value] : "-";
}

// --- One design ------------------------------------------------------------------------------------------------------

static bool take_op(void *context, int64_t point_id, const double values[], Error *err) {
    (void)point_id, (void)err;
    Ops *ops = context;
    if (ops->count == ops->room)
        return true;
    for (int i = 0; i < OP_COLUMNS; i++)
        ops->rows[ops->count][i] = ops->at[i] < 0 ? (double)NAN : values[ops->at[i]];
    if (ops->rows[ops->count][TIME] > 0)
        ops->total_s += ops->rows[ops->count][TIME];
    ops->count++;
    return true;
}

static void time_cell(Page *page, double time_s) {
    char text[32] = "-";
    if (time_s != 0)
        unit_format(text, sizeof text, time_s, UNIT_S);
    page_number(page, text, time_s);
}

static void add_op(Page *page, const Ops *ops, const double row[]) {
    char text[32];
    page_cell(page, word_of(ops, PHASE, row[PHASE]));
    page_cell(page, word_of(ops, PLACE, row[PLACE]));
    page_cell(page, word_of(ops, NAME, row[NAME]));
    snprintf(text, sizeof text, "%.4g", row[LAYERS]);
    page_number(page, text, row[LAYERS]);
    for (int i = MATRIX; i <= TIME; i++)
        time_cell(page, row[i]);
    double share = ops->total_s > 0 ? 100 * row[TIME] / ops->total_s : 0;
    snprintf(text, sizeof text, "%.1f", share);
    page_number(page, text, share);
    page_cell(page, word_of(ops, BINDS, row[BINDS]));
}

// Shares of time by the words of a column, the largest first: "memory 51 %, fixed 24 %".
static void add_largest(const Ops *ops, int column, int most, Text *out) {
    double of[SHARES] = {0};
    for (int i = 0; i < ops->count; i++)
        if (ops->rows[i][column] < SHARES && ops->rows[i][TIME] > 0)
            of[(int)ops->rows[i][column]] += ops->rows[i][TIME];
    for (int n = 0; n < most; n++) {
        int largest = 0;
        for (int i = 1; i < SHARES; i++)
            if (of[i] > of[largest])
                largest = i;
        double share = 100 * of[largest] / ops->total_s;
        if (!(share >= 0.5))
            break;
        text_addf(out, "%s%s %.0f %%", n ? ", " : "", word_of(ops, column, largest), share);
        of[largest] = 0;
    }
}

static void add_summary(Report *report, const Ops *ops, const ReportRow *row) {
    Text title = {0}, reached = {0}, engines = {0}, names = {0};
    text_addf(&title, "Point %lld: %s", (long long)row->id, row->tags ? row->tags : "");
    report_objectives(report, row, &reached);
    page_subsection(&report->page, title.data);
    if (ops->count > 0) {
        add_largest(ops, BINDS, 5, &engines);
        add_largest(ops, NAME, 6, &names);
        page_text(&report->page, "%s. Time by the engine that binds: %s. The longest ops: %s.",
                  reached.data ? reached.data : "", engines.data ? engines.data : "-",
                  names.data ? names.data : "-");
    } else {
        page_text(&report->page, "%s. The run holds no ops of it; chipfit explain shows them.",
                  reached.data ? reached.data : "");
    }
    text_free(&title);
    text_free(&reached);
    text_free(&engines);
    text_free(&names);
}

static bool add_design(Report *report, const ReportRow *row, Error *err) {
    static const PageColumn COLUMNS[] = {
        {"phase",  NULL, "prefill or decode",                                 true },
        {"place",  NULL, "the kind of layer, or the stage",                   true },
        {"op",     NULL, NULL,                                                true },
        {"layers", NULL, "of the network that run it",                        false},
        {"matrix", "s",  "busy time of the matrix units on the fullest chip", false},
        {"vector", "s",  "of the vector units",                               false},
        {"memory", "s",  "of memory and on-chip store",                       false},
        {"link",   "s",  "of the links",                                      false},
        {"fixed",  "s",  "launches and latencies",                            false},
        {"time",   "s",  "engines overlapped",                                false},
        {"share",  "%",  "of the times of all ops",                           false},
        {"binds",  NULL, "the engine that takes longest",                     true },
    };
    double room[256][OP_COLUMNS];
    Ops ops;
    find_columns(&ops, report->run);
    ops.rows = room;
    ops.room = 256;
    if (!store_each_op(report->stored.store, row->id, take_op, &ops, err))
        return false;
    add_summary(report, &ops, row);
    report_design(report, row, true);
    if (ops.count == 0)
        return true;
    char id[40];
    snprintf(id, sizeof id, "ops-%lld", (long long)row->id);
    page_fold(&report->page, "Op by op, roofline, memory");
    report_design(report, row, false);
    page_table(&report->page, id, COLUMNS, FIELD_COUNT(COLUMNS));
    for (int i = 0; i < ops.count; i++)
        add_op(&report->page, &ops, ops.rows[i]);
    page_table_end(&report->page);
    page_text(&report->page, "Times of one chip, summed over stages, layers and units of work.");
    page_fold_end(&report->page);
    return true;
}

// --- All of them -----------------------------------------------------------------------------------------------------

typedef struct Shares {
    Ops ops;
    int64_t points, last_id;
    double name_s[SHARES], bind_s[SHARES], total_s; // by word; shares of each design, summed
    double point_s, point_names[SHARES], point_binds[SHARES];
} Shares;

// A design counts as one, however long it takes.
static void end_point(Shares *shares) {
    for (int i = 0; i < SHARES && shares->point_s > 0; i++) {
        shares->name_s[i] += shares->point_names[i] / shares->point_s;
        shares->bind_s[i] += shares->point_binds[i] / shares->point_s;
        shares->point_names[i] = shares->point_binds[i] = 0;
    }
    shares->points += shares->point_s > 0;
    shares->point_s = 0;
}

static bool take_share(void *context, int64_t point_id, const double values[], Error *err) {
    (void)err;
    Shares *shares = context;
    const int *at = shares->ops.at;
    if (point_id != shares->last_id)
        end_point(shares);
    shares->last_id = point_id;
    double time_s = values[at[TIME]], name = values[at[NAME]], binds = values[at[BINDS]];
    if (!(time_s > 0))
        return true;
    shares->point_s += time_s;
    if (name < SHARES)
        shares->point_names[(int)name] += time_s;
    if (binds < SHARES)
        shares->point_binds[(int)binds] += time_s;
    return true;
}

static void add_shares(Report *report, const Shares *shares, int column, const double of[],
                       const char *id, const char *head) {
    const PageColumn columns[] = {
        {head,            NULL, NULL,                                      true },
        {"share of time", "%",  "mean over designs, each counting as one", false}
    };
    bool shown[SHARES] = {false};
    page_table(&report->page, id, columns, 2);
    for (;;) {
        int most = -1;
        for (int i = 0; i < SHARES; i++)
            if (!shown[i] && of[i] > 0 && (most < 0 || of[i] > of[most]))
                most = i;
        double share = most < 0 ? 0 : 100 * of[most] / (double)shares->points;
        if (most < 0 || share < 1)
            break;
        char text[32];
        shown[most] = true;
        snprintf(text, sizeof text, "%.1f", share);
        page_cell(&report->page, word_of(&shares->ops, column, most));
        page_number(&report->page, text, share);
    }
    page_table_end(&report->page);
}

static bool add_all(Report *report, Error *err) {
    Shares *shares = calloc(1, sizeof *shares);
    if (!shares)
        abort();
    find_columns(&shares->ops, report->run);
    shares->last_id = -1;
    const int *at = shares->ops.at;
    bool known = at[TIME] >= 0 && at[NAME] >= 0 && at[BINDS] >= 0;
    bool good = !known || store_each_op(report->stored.store, -1, take_share, shares, err);
    end_point(shares);
    if (good && shares->points > 0) {
        page_subsection(&report->page, "Over the frontier");
        page_text(&report->page,
                  "Mean shares over %lld design%s whose ops the run holds; what takes less than 1 "
                  "%% is left out.",
                  (long long)shares->points, shares->points == 1 ? "" : "s");
        add_shares(report, shares, BINDS, shares->bind_s, "engines", "engine that binds");
        add_shares(report, shares, NAME, shares->name_s, "shares", "op");
    }
    free(shares);
    return good;
}

bool report_binds(Report *report, Error *err) {
    page_section(&report->page, "binds", "What binds");
    if (!report->finished)
        page_text(&report->page, "Ops are written when a run ends; this one has not.");
    if (!add_all(report, err))
        return false;
    int64_t opened[REPORT_OPENED], count = 0;
    for (int64_t i = 0; i < report->best_count && count < REPORT_OPENED; i++) {
        const ReportRow *row = report->bests[i].row;
        bool known = !report_is_shown(report, i, REPORT_OPENED);
        for (int64_t k = 0; k < count; k++)
            known |= opened[k] == row->id;
        if (known)
            continue;
        if (!add_design(report, row, err))
            return false;
        opened[count++] = row->id;
    }
    return true;
}
