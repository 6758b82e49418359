// The frontier: which of its designs matter, and its table.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/report.h"
#include "sim/base/heap.h"

static int by_keys(const void *a, const void *b) {
    const ReportRow *x = a, *y = b;
    for (int i = 0; i <= GOAL_GROUPS; i++)
        if (x->keys[i] != y->keys[i])
            return x->keys[i] < y->keys[i] ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

// An objective as something to be made small; NaN comes last.
static double cost_of(const Report *report, const ReportRow *row, int objective) {
    const ReportObjective *of = &report->objectives[objective];
    double value = of->column < 0 ? (double)NAN : report_value(report, row, of->column);
    return isnan(value) ? (double)INFINITY : of->maximise ? -value : value;
}

static void sort_rows(Report *report) {
    for (int64_t i = 0; i < report->row_count; i++) {
        ReportRow *row = &report->rows[i];
        for (int k = 0; k < report->group_count; k++) {
            double value = report_value(report, row, report->groups[k]);
            row->keys[k] = isnan(value) ? (double)INFINITY : value;
        }
        row->keys[GOAL_GROUPS] = report->objective_count ? cost_of(report, row, 0) : 0;
    }
    if (report->row_count > 0)
        qsort(report->rows, (size_t)report->row_count, sizeof *report->rows, by_keys);
}

static bool same_group(const ReportRow *a, const ReportRow *b) {
    return memcmp(a->keys, b->keys, GOAL_GROUPS * sizeof a->keys[0]) == 0;
}

// --- Which designs matter ------------------------------------------------------------------------------------------

static void tag(Report *report, ReportRow *row, const char *word, const char *name) {
    Text text = {0};
    text_addf(&text, "%s%s%s %s", row->tags ? row->tags : "", row->tags ? ", " : "", word, name);
    while (text.data[text.length - 1] == ' ')
        text.data[--text.length] = '\0';
    row->tags = arena_text(report->arena, text.data);
    text_free(&text);
}

// Better in the objective, or else in the others.
static bool is_better(const Report *report, const ReportRow *a, const ReportRow *b, int objective) {
    for (int i = 0; i < report->objective_count; i++) {
        int at = i == 0 ? objective : i <= objective ? i - 1 : i;
        double x = cost_of(report, a, at), y = cost_of(report, b, at);
        if (x != y)
            return x < y;
    }
    return a->id < b->id;
}

static void tag_bests(Report *report, int64_t first, int64_t last, int64_t group) {
    for (int k = 0; k < report->objective_count; k++) {
        ReportRow *best = &report->rows[first];
        for (int64_t i = first + 1; i < last; i++)
            if (is_better(report, &report->rows[i], best, k))
                best = &report->rows[i];
        if (isinf(cost_of(report, best, k)) && cost_of(report, best, k) > 0)
            continue;
        tag(report, best, "best", report->objectives[k].name);
        best->best = true;
        report->bests[report->best_count++] = (ReportBest){best, &report->objectives[k], group};
    }
}

// Where an objective lies between its best (0) and its worst (1) in the group: by ratios where all have one sign and spread
// far, else by differences.
static double place_of(double value, double low, double high) {
    if (!(high > low))
        return 0;
    bool ratios = low > 0 ? high > 4 * low : high < 0 && low < 4 * high;
    if (!ratios)
        return (value - low) / (high - low);
    double place = (log(fabs(value)) - log(fabs(low))) / (log(fabs(high)) - log(fabs(low)));
    return place;
}

// The one that lies nearest to the best in everything.
static void tag_balanced(Report *report, int64_t first, int64_t last) {
    double *sums = heap_take((size_t)(last - first), sizeof *sums);
    for (int k = 0; k < report->objective_count; k++) {
        double low = (double)INFINITY, high = (double)-INFINITY;
        for (int64_t i = first; i < last; i++) {
            double cost = cost_of(report, &report->rows[i], k);
            low = fmin(low, cost);
            high = isinf(cost) ? high : fmax(high, cost);
        }
        for (int64_t i = first; i < last; i++) {
            double place = place_of(cost_of(report, &report->rows[i], k), low, high);
            sums[i - first] += place * place;
        }
    }
    int64_t best = 0;
    for (int64_t i = 1; i < last - first; i++)
        if (sums[i] < sums[best])
            best = i;
    free(sums);
    tag(report, &report->rows[first + best], "balanced", "");
}

// Rows at an even step along the frontier, about `most`, and those with a tag where they are not too many themselves.
static int64_t choose_rows(const Report *report, int64_t most, int64_t rows[], int64_t room) {
    int64_t count = report->row_count, chosen = 0, step = 0, tagged = 0;
    for (int64_t i = 0; i < count; i++)
        tagged += report->rows[i].tags != NULL;
    for (int64_t i = 0; i < count && chosen < room; i++) {
        bool even = i * most / count >= step || (i == count - 1 && count > 1);
        step += even;
        if (even || (report->rows[i].tags && most + tagged <= room))
            rows[chosen++] = i;
    }
    return chosen;
}

// All, or as many as the page takes.
static void choose_shown(Report *report) {
    int64_t count = report->row_count, most = REPORT_CELLS / (report->column_count + 2);
    int64_t room = count < 2 * most ? count : 2 * most;
    report->shown = arena_take(report->arena, ((size_t)room + 1) * sizeof *report->shown);
    report->shown_count = choose_rows(report, count < most ? count : most, report->shown, room);
}

static int64_t group_end(const Report *report, int64_t first) {
    int64_t last = first + 1;
    while (last < report->row_count && same_group(&report->rows[first], &report->rows[last]))
        last++;
    return last;
}

void report_choose(Report *report) {
    sort_rows(report);
    for (int64_t first = 0; first < report->row_count; first = group_end(report, first))
        report->frontier_count++;
    size_t most = (size_t)report->frontier_count * (size_t)report->objective_count;
    report->bests = arena_take(report->arena, (most + 1) * sizeof *report->bests);
    int64_t group = 0;
    for (int64_t first = 0, last; first < report->row_count; first = last) {
        last = group_end(report, first);
        tag_bests(report, first, last, group++);
        if (report->objective_count > 1 && last - first > 2)
            tag_balanced(report, first, last);
    }
    choose_shown(report);
}

bool report_is_shown(const Report *report, int64_t best, int most) {
    int64_t groups = most / (report->objective_count ? report->objective_count : 1);
    int64_t step = (report->frontier_count + groups - 1) / (groups ? groups : 1);
    return report->bests[best].group % (step ? step : 1) == 0;
}

// --- The table -------------------------------------------------------------------------------------------------------

static const char *unit_name(const ReportColumn *column) {
    return column->unit == UNIT_NONE    ? NULL
           : column->unit == UNIT_PER_S ? "/s"
                                        : unit_sign(column->unit);
}

static void add_row(Report *report, const ReportRow *row) {
    char id[24];
    snprintf(id, sizeof id, "%lld", (long long)row->id);
    page_number(&report->page, id, (double)row->id);
    page_cell(&report->page, row->tags ? row->tags : "");
    for (int c = 0; c < report->column_count; c++)
        report_cell(report, &report->columns[c], report_value(report, row, c));
}

static void add_table(Report *report, const char *id, const int64_t rows[], int64_t count) {
    PageColumn *columns =
        arena_take(report->arena, ((size_t)report->column_count + 2) * sizeof *columns);
    columns[0] = (PageColumn){.head = "id", .help = "of the point: chipfit explain RUN.sqlite ID"};
    columns[1] = (PageColumn){.head = "matters",
                              .help = "best in an objective; balanced: nearest to the best in all",
                              .text = true};
    for (int c = 0; c < report->column_count; c++) {
        const ReportColumn *column = &report->columns[c];
        columns[c + 2] = (PageColumn){.head = column->column->name,
                                      .unit = unit_name(column),
                                      .help = column->column->help,
                                      .text = column->column->kind == COLUMN_TEXT};
    }
    page_table(&report->page, id, columns, report->column_count + 2);
    for (int64_t i = 0; i < count; i++)
        add_row(report, &report->rows[rows[i]]);
    page_table_end(&report->page);
}

static void add_meanings(Report *report) {
    static const char *const ROLES[] = {"axis", "objective", "limit", "metric"};
    static const PageColumn COLUMNS[] = {
        {"column",  NULL, NULL, true},
        {"is",      NULL, NULL, true},
        {"meaning", NULL, NULL, true},
    };
    page_fold(&report->page, "What the columns mean");
    page_table(&report->page, "columns", COLUMNS, 3);
    for (int c = 0; c < report->column_count; c++) {
        const Column *column = report->columns[c].column;
        page_cell(&report->page, column->name);
        page_cell(&report->page, ROLES[report->columns[c].role]);
        page_cell(&report->page, column->help ? column->help : "");
    }
    page_table_end(&report->page);
    page_fold_end(&report->page);
}

void report_frontier(Report *report) {
    page_section(&report->page, "designs", "The frontier");
    if (report->row_count == 0) {
        page_text(&report->page, "It is empty.");
        return;
    }
    page_text(&report->page,
              "Designs that no other one beats in all objectives at once. A click on a column's "
              "head sorts by it.");
    if (report->shown_count < report->row_count) {
        Text line = {0};
        report_count(&line, report->shown_count);
        text_add(&line, " of its ");
        report_count(&line, report->row_count);
        page_text(&report->page,
                  "%s designs are shown: those that matter, and others evenly along it. All stand "
                  "in frontier.csv.",
                  line.data);
        text_free(&line);
    }
    if (report->row_count > REPORT_SHORT) {
        int64_t rows[2 * REPORT_SHORT];
        page_subsection(&report->page, "Those that matter, and some evenly between");
        add_table(report, "matters", rows,
                  choose_rows(report, REPORT_SHORT / 2, rows, 2 * REPORT_SHORT));
        page_subsection(&report->page, "All");
    }
    add_table(report, "frontier", report->shown, report->shown_count);
    add_meanings(report);
}
