#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/disturbed.h"
#include "lua/table.h"
#include "lua/validation.h"
#include "sim/base/heap.h"

#define GROUPS     128
#define WORST_ROWS 8

void validation_shape(const Task *task, char *text, size_t size) {
    char batch[24] = "";
    if (task->batch > 1)
        snprintf(batch, sizeof batch, "%d x ", task->batch);
    switch (task->kind) {
    case TASK_MATMUL:
        snprintf(text, size, "%s%d x %d x %d", batch, task->m, task->n, task->k);
        break;
    case TASK_EXPERTS:
        snprintf(text, size, "%d x %d x %d in %d", task->m, task->n, task->k, task->experts);
        break;
    case TASK_PREFILL:
    case TASK_DECODE:
        snprintf(text, size, "%s%d of %d, %d/%d heads of %d", batch, task->q_len, task->kv_len,
                 task->heads, task->kv_heads, task->qk_dim);
        break;
    case TASK_ROTARY:
        snprintf(text, size, "%d, %d/%d heads of %d", task->m, task->heads, task->kv_heads,
                 task->qk_dim);
        break;
    case TASK_ROUTE:
        snprintf(text, size, "%d, %d of %d", task->m, task->top_k, task->experts);
        break;
    case TASK_LAYER:
        snprintf(text, size, "%s", task->name);
        break;
    default:
        if (task->bytes > 0)
            snprintf(text, size, "%.4g MB", task->bytes / 1e6);
        else
            snprintf(text, size, "%d x %d", task->m, task->n);
    }
}

// --- The table ---------------------------------------------------------------------------------------------------------

static void share_cell(Table *table, double share) {
    if (isnan(share))
        table_cell(table, "-");
    else
        table_cell(table, "%.1f", 100 * share);
}

static void number_cell(Table *table, double number) {
    if (isnan(number))
        table_cell(table, "-");
    else
        table_cell(table, "%.3g", number);
}

static void add_group(Table *table, const CompareGroup *group, bool energy) {
    table_cell(table, "%s", group->op ? group->op : "all");
    table_cell(table, "%s", group->op ? group->format : "");
    table_cell(table, "%d", group->rows);
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        share_cell(table, group->modes[mode].median);
        share_cell(table, group->modes[mode].mape);
        share_cell(table, group->modes[mode].p90);
    }
    share_cell(table, group->inside);
    share_cell(table, group->op ? group->mfu_predicted : (double)NAN);
    share_cell(table, group->op ? group->mfu : (double)NAN);
    if (!energy)
        return;
    number_cell(table, group->op ? group->energy_predicted : (double)NAN);
    number_cell(table, group->op ? group->energy : (double)NAN);
    number_cell(table, group->energy_ratio);
}

static void print_groups(const Validation *validation, const CompareGroup groups[], int count) {
    static const TableColumn HEADS[] = {
        {"kernel",               true },
        {"format",               true },
        {"rows",                 false},
        {"datasheet: median %",  false},
        {"MAPE %",               false},
        {"p90 %",                false},
        {"calibrated: median %", false},
        {"MAPE %",               false},
        {"p90 %",                false},
        {"inside %",             false},
        {"MFU: predicted %",     false},
        {"measured %",           false},
        {"energy: predicted J",  false},
        {"measured J",           false},
        {"ratio",                false}
    };
    bool energy = !isnan(validation->total.energy_ratio);
    Table table = {.columns = HEADS, .column_count = FIELD_COUNT(HEADS) - (energy ? 0 : 3)};
    for (int i = 0; i < count; i++)
        add_group(&table, &groups[i], energy);
    add_group(&table, &validation->total, energy);
    Text out = {0};
    table_write(&table, &out);
    fputs(out.data, stdout);
    text_free(&out);
    table_free(&table);
}

// --- The worst rows ----------------------------------------------------------------------------------------------------

static double worst_of(const Compared *row) {
    double error = compare_error(row, compare_mode(row));
    return !compare_counts(row) || isnan(error) ? -1 : fabs(log1p(error));
}

static int by_worst(const void *a, const void *b) {
    const Compared *x = *(const Compared *const *)a, *y = *(const Compared *const *)b;
    double p = worst_of(x), q = worst_of(y);
    return p != q ? (p < q ? 1 : -1) : (x > y) - (x < y);
}

static const Timing *timing_of(const Validation *validation, const Compared *row) {
    const Measurement *measurement = &row->result->measurement;
    return validation->options.warm ? &measurement->warm : &measurement->cold;
}

static void add_row(const Validation *validation, Table *table, const Compared *row) {
    char shape[96];
    const Predicted *predicted = &row->modes[compare_mode(row)];
    validation_shape(&row->result->task, shape, sizeof shape);
    table_cell(table, "%d", row->result->task.id);
    table_cell(table, "%s", row->op);
    table_cell(table, "%s", row->format);
    table_cell(table, "%s", shape);
    table_cell(table, "%.4g", 1e6 * row->measured_s);
    table_cell(table, "%.4g", 1e6 * predicted->time_s);
    if (predicted->interval)
        table_cell(table, "%.4g .. %.4g", 1e6 * predicted->low_s, 1e6 * predicted->high_s);
    else
        table_cell(table, "-");
    table_cell(table, "%+.1f", 100 * compare_error(row, compare_mode(row)));
    table_cell(table, "%.1f", 100 * timing_of(validation, row)->noise);
}

static void print_worst(const Validation *validation) {
    static const TableColumn HEADS[] = {
        {"id",           false},
        {"worst rows",   true },
        {"format",       true },
        {"shape",        true },
        {"measured us",  false},
        {"predicted us", false},
        {"interval us",  false},
        {"error %",      false},
        {"noise %",      false}
    };
    const Compared **sorted = heap_take((size_t)validation->count + 1, sizeof *sorted);
    for (int i = 0; i < validation->count; i++)
        sorted[i] = &validation->rows[i];
    qsort(sorted, (size_t)validation->count, sizeof *sorted, by_worst);
    Table table = {.columns = HEADS, .column_count = FIELD_COUNT(HEADS)};
    for (int i = 0; i < validation->count && i < WORST_ROWS && worst_of(sorted[i]) >= 0; i++)
        add_row(validation, &table, sorted[i]);
    Text out = {0};
    text_add(&out, "\n");
    table_write(&table, &out);
    fputs(out.data, stdout);
    text_free(&out);
    table_free(&table);
    free(sorted);
}

// --- What was noticed --------------------------------------------------------------------------------------------------

static const char *plural(int count) {
    return count == 1 ? "" : "s";
}

// Statuses other than measured, with the first reason of each.
static void print_statuses(const Validation *validation) {
    for (int status = 0; status < RUN_STATUS_COUNT; status++) {
        const Compared *first = NULL;
        int count = 0;
        for (int i = 0; i < validation->count && status != RUN_MEASURED; i++)
            if (validation->rows[i].result->measurement.status == status) {
                first = first ? first : &validation->rows[i];
                count++;
            }
        if (count == 0)
            continue;
        const char *detail = first->result->measurement.detail;
        Text line = {0};
        text_addf(&line, "%d row%s %s%s%s%s", count, plural(count), RUN_STATUS_WORDS[status],
                  detail[0] ? ": " : "", detail, count > 1 && detail[0] ? " (the first)" : "");
        for (char *c = line.data; *c; c++)
            *c = *c == '_' ? ' ' : *c;
        puts(line.data);
        text_free(&line);
    }
}

static void print_noise(const Validation *validation) {
    int noisy = 0, hurried = 0, above = 0, throttled = 0, measured = 0;
    for (int i = 0; i < validation->count; i++) {
        const Compared *row = &validation->rows[i];
        if (isnan(row->measured_s))
            continue;
        measured++;
        // Where rounds tell, noise inside one does not: a quiet run has it as well.
        bool once = row->result->measurement.round_count <= 1;
        noisy += once && timing_of(validation, row)->settled == 0;
        hurried += once && timing_of(validation, row)->settled < 0;
        above += compare_counts(row) && row->above_peak;
        throttled += row->result->measurement.throttle[0] != '\0';
    }
    if (noisy > 0)
        printf("%d of %d rows settled only at a noise above the goal: quiet the machine\n", noisy,
               measured);
    if (hurried > 0)
        printf("%d of %d rows did not settle in their time: quiet the machine, or give them more "
               "by --budget\n",
               hurried, measured);
    if (throttled > 0)
        printf("%d of %d rows ran while clocks were lowered: see the column throttle\n", throttled,
               measured);
    if (above > 0)
        printf("%d row%s ran faster than the chip's dense peak: the chip or the measurement is "
               "wrong\n",
               above, plural(above));
}

void validation_print(const Validation *validation) {
    CompareGroup groups[GROUPS];
    int count = compare_groups(validation->rows, validation->count, groups, GROUPS);
    if (count > 0) {
        print_groups(validation, groups, count);
        print_worst(validation);
        printf("\n");
    } else {
        printf("nothing was measured%s\n", validation->total.disturbed ? " undisturbed" : "");
    }
    print_statuses(validation);
    print_noise(validation);
    disturbed_print(validation);
}

// --- JSON --------------------------------------------------------------------------------------------------------------

static void add_json(Text *out, const char *key, double value) {
    text_addf(out, ",\"%s\":", key);
    text_add_number(out, value);
}

static void print_object(const CompareGroup *group) {
    Text out = {0};
    text_add(&out, "{\"op\":");
    text_add_json(&out, group->op ? group->op : "all");
    text_add(&out, ",\"format\":");
    text_add_json(&out, group->op ? group->format : "all");
    add_json(&out, "rows", group->rows);
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        const CompareErrors *errors = &group->modes[mode];
        text_addf(&out, ",\"%s\":{\"rows\":%d", MODE_WORDS[mode], errors->rows);
        add_json(&out, "median", errors->median);
        add_json(&out, "mape", errors->mape);
        add_json(&out, "p90", errors->p90);
        text_add(&out, "}");
    }
    add_json(&out, "inside", group->inside);
    add_json(&out, "mfu_predicted", group->mfu_predicted);
    add_json(&out, "mfu_measured", group->mfu);
    add_json(&out, "energy_predicted_j", group->energy_predicted);
    add_json(&out, "energy_measured_j", group->energy);
    add_json(&out, "energy_ratio", group->energy_ratio);
    text_add(&out, "}\n");
    fputs(out.data, stdout);
    text_free(&out);
}

void validation_json(const Validation *validation) {
    CompareGroup groups[GROUPS];
    int count = compare_groups(validation->rows, validation->count, groups, GROUPS);
    for (int i = 0; i < count; i++)
        print_object(&groups[i]);
    print_object(&validation->total);
}
