#include "lua/disturbed.h"

#include <math.h>
#include <stdio.h>

#include "lua/table.h"
#include "validate/rounds.h"

#define ROWS_SHOWN 40

static const char *const REASONS[VERDICT_COUNT] = {
    [VERDICT_DIFFER] = "rounds that do not agree",
    [VERDICT_OTHERS] = "other programs on these cores",
    [VERDICT_STEAL] = "the hypervisor",
    [VERDICT_CLOCK] = "slower cores (clock, or a neighbour on the other hardware thread)",
};

static const Timing *timing_of(const Validation *validation, const Compared *row) {
    const Measurement *measurement = &row->result->measurement;
    return validation->options.warm ? &measurement->warm : &measurement->cold;
}

static bool is_disturbed(const Validation *validation, const Compared *row) {
    return !isnan(row->measured_s) && verdict_disturbed(timing_of(validation, row)->verdict);
}

// Medians of the two fastest rounds; the second is NaN where there is one only.
static void fastest_rounds(const Timing *timing, int rounds, double *first_s, double *second_s) {
    *first_s = *second_s = INFINITY;
    for (int i = 0; i < rounds; i++) {
        double median_s = rounds_timing(timing, i).median_s;
        *second_s = fmin(*second_s, fmax(median_s, *first_s));
        *first_s = fmin(*first_s, median_s);
    }
    if (isinf(*second_s))
        *second_s = NAN;
}

static void add_us(Table *table, double time_s) {
    if (isnan(time_s))
        table_cell(table, "-");
    else
        table_cell(table, "%.4g", 1e6 * time_s);
}

static void add_row(const Validation *validation, Table *table, const Compared *row) {
    char shape[96];
    double first_s, second_s;
    const Timing *timing = timing_of(validation, row);
    int rounds = row->result->measurement.round_count;
    fastest_rounds(timing, rounds, &first_s, &second_s);
    validation_shape(&row->result->task, shape, sizeof shape);
    table_cell(table, "%d", row->result->task.id);
    table_cell(table, "%s", row->op);
    table_cell(table, "%s", row->format);
    table_cell(table, "%s", shape);
    table_cell(table, "%d", rounds);
    add_us(table, first_s);
    add_us(table, second_s);
    add_us(table, row->modes[compare_mode(row)].time_s);
    table_cell(table, "%s", VERDICT_WORDS[timing->verdict]);
}

static void print_rows(const Validation *validation) {
    static const TableColumn HEADS[] = {
        {"id",               false},
        {"disturbed rows",   true },
        {"format",           true },
        {"shape",            true },
        {"rounds",           false},
        {"fastest round us", false},
        {"next us",          false},
        {"predicted us",     false},
        {"by",               true }
    };
    Table table = {.columns = HEADS, .column_count = FIELD_COUNT(HEADS)};
    Text out = {0};
    int shown = 0;
    for (int i = 0; i < validation->count; i++)
        if (is_disturbed(validation, &validation->rows[i]) && shown++ < ROWS_SHOWN)
            add_row(validation, &table, &validation->rows[i]);
    table_write(&table, &out);
    fputs(out.data, stdout);
    if (shown > ROWS_SHOWN)
        printf("and %d more: view validation, column verdict\n", shown - ROWS_SHOWN);
    printf("\n");
    text_free(&out);
    table_free(&table);
}

// "3 by other programs on these cores, 1 by the hypervisor"
static void print_reasons(const int counts[VERDICT_COUNT]) {
    const char *between = "";
    for (int i = 0; i < VERDICT_COUNT; i++) {
        if (!REASONS[i] || counts[i] == 0)
            continue;
        printf("%s%d by %s", between, counts[i], REASONS[i]);
        between = ", ";
    }
}

void disturbed_sum(const int counts[VERDICT_COUNT], const char *things, const char *fate) {
    int sum = 0, calm = counts[VERDICT_SOUND] + counts[VERDICT_ONCE];
    for (int i = 0; i < VERDICT_COUNT; i++)
        sum += counts[i];
    if (counts[VERDICT_ONCE] > 0)
        printf("%d of %d %s were visited once only\n", counts[VERDICT_ONCE], sum, things);
    if (calm == sum) {
        printf("quiet: a second round confirms %d of %d %s\n", counts[VERDICT_SOUND], sum, things);
        return;
    }
    printf("disturbed: %d of %d %s, ", sum - calm, sum, things);
    print_reasons(counts);
    printf("; %s\n", fate);
}

void disturbed_print(const Validation *validation) {
    int counts[VERDICT_COUNT] = {0}, rows = 0;
    bool rounds = false;
    for (int i = 0; i < validation->count; i++) {
        const Compared *row = &validation->rows[i];
        if (isnan(row->measured_s))
            continue;
        rows++;
        rounds |= row->result->measurement.round_count > 1;
        counts[timing_of(validation, row)->verdict]++;
    }
    if (counts[VERDICT_SOUND] + counts[VERDICT_ONCE] < rows)
        print_rows(validation);
    if (rounds)
        disturbed_sum(counts, "rows",
                      validation->options.disturbed ? "yet counted in the errors"
                                                    : "left out of the errors");
}
