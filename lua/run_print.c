#include "lua/run_print.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/table.h"

#define ROWS_SHOWN 20

static void add_count(Text *out, int64_t count) {
    char digits[32];
    int length = snprintf(digits, sizeof digits, "%lld", (long long)count);
    for (int i = 0; i < length; i++) {
        text_addf(out, "%c", digits[i]);
        if ((length - i - 1) % 3 == 0 && i + 1 < length)
            text_add(out, " ");
    }
}

void run_rate(const RunSummary *summary, const SweepState *state, Text *out) {
    char rate[32];
    unit_format(rate, sizeof rate,
                (double)state->counts[COUNT_EVALUATED] / fmax(summary->seconds, 1e-9), UNIT_PER_S);
    char *end = strstr(rate, "/s"); // "4.28 M/s", "0 /s"
    end -= end[-1] == ' ';
    *end = '\0';
    text_addf(out, "%.2f s on %d thread%s, %s designs/s\n", summary->seconds, summary->threads,
              summary->threads == 1 ? "" : "s", rate);
}

static void add_counts(const RunSummary *summary, const SweepState *state, Text *out) {
    const int64_t *counts = state->counts;
    table_text(out, summary->name);
    text_add(out, ": ");
    add_count(out, summary->points);
    text_add(out, summary->points == 1 ? " point, " : " points, ");
    add_count(out, counts[COUNT_EVALUATED]);
    text_addf(out, " design%s evaluated\n", counts[COUNT_EVALUATED] == 1 ? "" : "s");
    add_count(out, counts[COUNT_KEPT]);
    text_add(out, " fit and pass keep; ");
    add_count(out, counts[COUNT_MISFIT]);
    text_add(out, " do not fit, ");
    add_count(out, counts[COUNT_DROPPED]);
    text_add(out, " fall to keep; never evaluated: ");
    add_count(out, counts[COUNT_FILTERED]);
    text_add(out, " fall to where, ");
    add_count(out, counts[COUNT_ILLEGAL]);
    text_add(out, " are no designs, ");
    add_count(out, counts[COUNT_VOID]);
    text_add(out, " are void\n");
}

// The reasons that took most points, and what missed by least.
static void add_reasons(const SweepState *state, bool all, Text *out) {
    const Reasons *reasons = &state->reasons;
    bool shown[REASONS] = {false};
    for (int place = 0; place < (all ? REASONS : 5); place++) {
        int most = -1;
        for (int i = 0; i < reasons->count; i++)
            if (!shown[i] && (most < 0 || reasons->list[i].points > reasons->list[most].points))
                most = i;
        if (most < 0)
            break;
        const Reason *reason = &reasons->list[most];
        shown[most] = true;
        text_addf(out, "%s", place ? "       " : "fell   ");
        add_count(out, reason->points);
        text_addf(out, " %s: ", REASON_KIND_WORDS[reason->kind]);
        table_text(out, reason->what);
        if (reason->nearest_id >= 0)
            text_addf(out, " (point %lld misses by %.3g %%)", (long long)reason->nearest_id,
                      100 * reason->miss);
        text_add(out, "\n");
    }
}

typedef struct Shown {
    int64_t id;
    double *values;
    double group[GOAL_GROUPS]; // 0 where there is none
    double order;
} Shown;

static int by_order(const void *a, const void *b) {
    const Shown *x = a, *y = b;
    for (int i = 0; i < GOAL_GROUPS; i++)
        if (x->group[i] != y->group[i])
            return x->group[i] < y->group[i] ? -1 : 1;
    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

static Unit unit_of(const GoalColumn *column, const Space *space) {
    if (column->metric)
        return column->metric->unit;
    int axis = column->quantity.axis;
    const Field *field = axis >= 0 ? space->axes[axis].field : NULL;
    return field && field->kind == FIELD_NUMBER ? field->unit : UNIT_NONE;
}

static void add_cell(Table *table, const Space *space, const GoalColumn *column, double value) {
    char text[64];
    Unit unit = unit_of(column, space);
    if (isnan(value)) {
        table_cell(table, "-");
    } else if (column->column.kind == COLUMN_TEXT) {
        table_cell(table, "%s", column->column.words[(int)value]);
    } else if (unit != UNIT_NONE) {
        unit_format(text, sizeof text, value, unit);
        table_cell(table, "%s", text);
    } else if (column->column.kind == COLUMN_INTEGER) {
        table_cell(table, "%.0f", value);
    } else {
        table_cell(table, "%.4g", value);
    }
}

// Axes and objectives first, then as many metrics as a line holds.
static int pick_columns(const Goal *goal, int picked[], int most) {
    int count = 0;
    for (int i = 0; i < goal->column_count && count < most; i++)
        if (!goal->columns[i].metric)
            picked[count++] = i;
    for (int pass = 0; pass < 2; pass++) {
        static const char *const ALSO[] = {"mfu", "bound", "hbm_used_bytes"};
        for (int i = 0; i < goal->column_count && count < most; i++) {
            const Field *metric = goal->columns[i].metric;
            bool wanted = false;
            for (int k = 0; metric && pass == 0 && k < goal->objective_count; k++)
                wanted |= goal->objectives[k].metric == metric;
            for (int k = 0; metric && pass == 1 && k < goal->keep_count; k++)
                wanted |= goal->keep[k].metric == metric;
            for (int k = 0; metric && pass == 1 && k < 3 && count < 12; k++)
                wanted |= strcmp(ALSO[k], metric->name) == 0;
            bool there = false;
            for (int k = 0; k < count; k++)
                there |= picked[k] == i;
            if (wanted && !there)
                picked[count++] = i;
        }
    }
    return count;
}

static void add_table(const Space *space, const Goal *goal, const Shown rows[], int64_t count,
                      Text *out) {
    int picked[TABLE_COLUMNS - 1];
    int columns = pick_columns(goal, picked, TABLE_COLUMNS - 1);
    TableColumn heads[TABLE_COLUMNS] = {{.head = "id"}};
    for (int i = 0; i < columns; i++)
        heads[i + 1] = (TableColumn){goal->columns[picked[i]].column.name,
                                     goal->columns[picked[i]].column.kind == COLUMN_TEXT};
    Table table = {.columns = heads, .column_count = columns + 1, .tight = columns > 10};
    // Evenly over the frontier, both ends included.
    int64_t shown = count < ROWS_SHOWN ? count : ROWS_SHOWN;
    for (int64_t i = 0; i < shown; i++) {
        const Shown *row = &rows[shown < 2 ? 0 : i * (count - 1) / (shown - 1)];
        table_cell(&table, "%lld", (long long)row->id);
        for (int c = 0; c < columns; c++)
            add_cell(&table, space, &goal->columns[picked[c]], row->values[picked[c]]);
    }
    table_write(&table, out);
    table_free(&table);
}

// --- Plot ---------------------------------------------------------------------------------------------------------

#define PLOT_WIDTH  72
#define PLOT_HEIGHT 16

typedef struct Scale {
    double low, high;
    bool logarithmic;
} Scale;

static Scale scale_of(const Shown rows[], int64_t count, int column) {
    Scale scale = {(double)INFINITY, (double)-INFINITY, false};
    for (int64_t i = 0; i < count; i++) {
        scale.low = fmin(scale.low, rows[i].values[column]);
        scale.high = fmax(scale.high, rows[i].values[column]);
    }
    scale.logarithmic = scale.low > 0 && scale.high > 4 * scale.low;
    return scale;
}

static int place_on(const Scale *scale, double value, int cells) {
    double low = scale->low, high = scale->high;
    if (scale->logarithmic) {
        value = log(value);
        low = log(low);
        high = log(high);
    }
    return high > low ? (int)((value - low) / (high - low) * (cells - 1) + 0.5) : 0;
}

static int column_of(const Goal *goal, int objective) {
    for (int i = 0; i < goal->column_count; i++)
        if (goal->columns[i].metric == goal->objectives[objective].metric)
            return i;
    return 0;
}

// The first two objectives against each other.
static void add_plot(const Goal *goal, const Shown rows[], int64_t count, Text *out) {
    int x = column_of(goal, 0), y = column_of(goal, 1);
    Scale across = scale_of(rows, count, x), up = scale_of(rows, count, y);
    char cells[PLOT_HEIGHT][PLOT_WIDTH + 1];
    memset(cells, ' ', sizeof cells);
    for (int64_t i = 0; i < count; i++) {
        int column = place_on(&across, rows[i].values[x], PLOT_WIDTH);
        int line = PLOT_HEIGHT - 1 - place_on(&up, rows[i].values[y], PLOT_HEIGHT);
        cells[line][column] = cells[line][column] == ' ' ? '*' : '#';
    }
    const Field *first = goal->objectives[0].metric, *second = goal->objectives[1].metric;
    char low[32], high[32];
    unit_format(high, sizeof high, up.high, second->unit);
    unit_format(low, sizeof low, up.low, second->unit);
    text_addf(out, "\n%s%s (# several designs)\n", second->name, up.logarithmic ? ", log" : "");
    for (int line = 0; line < PLOT_HEIGHT; line++) {
        cells[line][PLOT_WIDTH] = '\0';
        int length = PLOT_WIDTH;
        while (length > 0 && cells[line][length - 1] == ' ')
            length--;
        text_addf(out, "%12s |%.*s\n",
                  line == 0                 ? high
                  : line == PLOT_HEIGHT - 1 ? low
                                            : "",
                  length, cells[line]);
    }
    unit_format(low, sizeof low, across.low, first->unit);
    unit_format(high, sizeof high, across.high, first->unit);
    text_addf(out, "%12s +", "");
    for (int i = 0; i < PLOT_WIDTH; i++)
        text_add(out, "-");
    text_addf(out, "\n%14s%-*s%s\n%14s%s%s\n", "", PLOT_WIDTH - (int)strlen(high), low, high, "",
              first->name, across.logarithmic ? ", log" : "");
}

void run_print(const RunSummary *summary, SweepRun *run, const Space *space, const Goal *goal,
               Text *out) {
    const SweepState *state = sweep_state(run);
    const Frontier *frontier = sweep_frontier(run);
    int64_t count = frontier_count(frontier);
    add_counts(summary, state, out);
    add_reasons(state, count == 0, out);
    if (summary->points == 0) {
        text_add(out, "nothing to do: this shard holds no points\n");
        return;
    }
    if (count == 0) {
        text_add(out, "nothing feasible: no design fits and passes keep\n");
        return;
    }
    size_t columns = (size_t)goal->column_count;
    Shown *rows = calloc((size_t)count, sizeof *rows);
    double *values = calloc((size_t)count * columns, sizeof *values);
    int64_t *ids = calloc((size_t)count, sizeof *ids);
    if (!rows || !values || !ids)
        abort();
    frontier_ids(frontier, ids);
    for (int64_t i = 0; i < count; i++) {
        Candidate candidate;
        rows[i] = (Shown){.id = ids[i], .values = values + (size_t)i * columns};
        worker_point(sweep_worker(run), ids[i], rows[i].values, &candidate);
        rows[i].order = candidate.point.objectives[0];
        memcpy(rows[i].group, candidate.group, (size_t)goal->group_count * sizeof(double));
    }
    qsort(rows, (size_t)count, sizeof *rows, by_order);
    text_add(out, "\nfrontier: ");
    add_count(out, count);
    text_add(out, count == 1 ? " design" : " designs");
    if (goal->group_count)
        text_addf(out, " in %d group%s", frontier_groups(frontier),
                  frontier_groups(frontier) == 1 ? "" : "s");
    if (count > ROWS_SHOWN)
        text_addf(out, ", %d of them shown", ROWS_SHOWN);
    text_add(out, "\n");
    add_table(space, goal, rows, count, out);
    if (goal->objective_count > 1 && count > 2 && frontier_groups(frontier) == 1)
        add_plot(goal, rows, count, out);
    if (summary->output) {
        text_add(out, "\nrows, frontier and why points fell: ");
        table_text(out, summary->output);
        text_add(out, "\n");
    }
    free(rows);
    free(values);
    free(ids);
}
