#include "validate/compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/heap.h"
#include "sim/energy.h"
#include "sim/op_cost.h"
#include "validate/rounds.h"
#include "validate/score.h"

// --- One row -----------------------------------------------------------------------------------------------------------

// Formats that tell its kernels apart: of a layer those of its first matmul.
static void name_format(const Result results[], int count, char text[COMPARE_TEXT]) {
    const Task *task = &results[0].task;
    for (int i = 1; task->kind == TASK_LAYER && i < count; i++)
        if (results[i].task.kind == TASK_MATMUL || results[i].task.kind == TASK_EXPERTS)
            task = &results[i].task;
    bool attention = task->kind == TASK_PREFILL || task->kind == TASK_DECODE;
    int a = attention ? task->kv : task->a ? task->a : task->b;
    int b = task->b ? task->b : a;
    if (a == FORMAT_NONE)
        snprintf(text, COMPARE_TEXT, "-");
    else if (attention || a == b)
        snprintf(text, COMPARE_TEXT, "%s", FORMATS[a].name);
    else
        snprintf(text, COMPARE_TEXT, "%s x %s", FORMATS[a].name, FORMATS[b].name);
}

// What the kernels of a row do, at the costs of one machine.
typedef struct RowWork {
    double peak_s;
    double executed_flop[MATH_COUNT];
    double hbm_bytes, comm_bytes;
} RowWork;

static RowWork work_of(const Row *row, const Result results[], const Machine *machine) {
    RowWork work = {0};
    const Op *ops;
    const int *times;
    int count = row_ops(row, &ops, &times);
    for (int i = 0; i < count; i++) {
        OpCost cost = op_cost(machine, &ops[i]);
        double runs = times ? times[i] : 1;
        const Task *task = &results[times ? i + 1 : 0].task;
        work.hbm_bytes += cost.hbm_bytes * runs;
        work.comm_bytes += cost.comm_bytes * runs;
        if (cost.math < 0)
            continue;
        work.executed_flop[cost.math] += cost.executed_flop * runs;
        if (machine->peak_flop_per_s[cost.math] > 0)
            work.peak_s += task_flop(task) * runs / machine->peak_flop_per_s[cost.math];
    }
    return work;
}

static double energy_of_row(const CompareOptions *options, const Row *row, const Machine *machine,
                            const RowWork *work, double time_s) {
    static const System ALONE = {.levels = {{.chips = 1}}, .level_count = 1};
    Design design = {.chip = options->chip, .system = options->system ? options->system : &ALONE};
    design.plan.chips = row->chips;
    EnergyUse use = {work->executed_flop, machine->peak_flop_per_s, work->hbm_bytes,
                     work->comm_bytes, time_s};
    return energy_of(&design, &use).energy_j / row->chips;
}

static void predict(const Row *row, const Result results[], const CompareOptions *options,
                    const Profile *profile, Compared *out, Predicted *to) {
    Machine machine = row_machine(row, profile);
    Prediction prediction = row_predict(row, &machine);
    RowWork work = work_of(row, results, &machine);
    *to = (Predicted){
        .known = true,
        .interval = prediction.high_s > prediction.low_s,
        .extrapolated = prediction.doubt > 0.5,
        .time_s = prediction.time_s,
        .low_s = prediction.low_s,
        .high_s = prediction.high_s,
        .mfu = work.peak_s > 0 ? work.peak_s / prediction.time_s : (double)NAN,
        .energy_j = energy_of_row(options, row, &machine, &work, prediction.time_s),
    };
    out->peak_s = work.peak_s;
}

bool compare_one(const Result results[], int count, const CompareOptions *options, Compared *out,
                 Error *err) {
    const Measurement *measurement = &results[0].measurement;
    Task tasks[1 + ROW_LAYER_PARTS];
    Row row = {0};
    *out = (Compared){.result = results, .parts = count - 1, .measured_s = NAN, .mfu = NAN};
    name_format(results, count, out->format);
    snprintf(out->op, sizeof out->op, "%s", TASK_KIND_WORDS[results[0].task.kind]);
    if (count > 1 + ROW_LAYER_PARTS)
        return error_set(err, "a layer of more than %d parts", ROW_LAYER_PARTS);
    for (int i = 0; i < count; i++)
        tasks[i] = results[i].task;
    const Timing *timing = options->warm ? &measurement->warm : &measurement->cold;
    double time_s = timing->median_s;
    out->disturbed = measurement->status == RUN_MEASURED && verdict_disturbed(timing->verdict);
    if (measurement->status == RUN_MEASURED && time_s > 0)
        out->measured_s = time_s;
    bool good =
        row_of_tasks(tasks, count, options->chip, options->system, options->warm, &row, err);
    if (good) {
        snprintf(out->op, sizeof out->op, "%s", row.op);
        predict(&row, results, options, NULL, out, &out->modes[MODE_DATASHEET]);
        if (options->profile)
            predict(&row, results, options, options->profile, out, &out->modes[MODE_CALIBRATED]);
        if (out->peak_s > 0)
            out->mfu = out->peak_s / out->measured_s;
        out->above_peak = out->mfu > 1;
    }
    row_free(&row);
    return good;
}

double compare_error(const Compared *row, Mode mode) {
    const Predicted *predicted = &row->modes[mode];
    return predicted->known ? predicted->time_s / row->measured_s - 1 : (double)NAN;
}

// --- Groups ------------------------------------------------------------------------------------------------------------

static bool same_group(const Compared *row, const CompareGroup *group) {
    return !group->op ||
           (strcmp(row->op, group->op) == 0 && strcmp(row->format, group->format) == 0);
}

typedef double CompareValue(const Compared *row);

static double datasheet_error(const Compared *row) {
    return fabs(compare_error(row, MODE_DATASHEET));
}

static double calibrated_error(const Compared *row) {
    return fabs(compare_error(row, MODE_CALIBRATED));
}

static double is_inside(const Compared *row) {
    const Predicted *p = &row->modes[MODE_CALIBRATED];
    bool inside = p->low_s <= row->measured_s && row->measured_s <= p->high_s;
    return p->known && p->interval ? inside : (double)NAN;
}

static double mfu_of(const Compared *row) {
    return row->mfu;
}

static double mfu_predicted(const Compared *row) {
    return row->modes[compare_mode(row)].mfu;
}

static double energy_ratio(const Compared *row) {
    double measured_j = row->result->measurement.energy_j;
    return measured_j > 0 ? row->modes[compare_mode(row)].energy_j / measured_j : (double)NAN;
}

static double energy_predicted(const Compared *row) {
    return isnan(energy_ratio(row)) ? (double)NAN : row->modes[compare_mode(row)].energy_j;
}

static double energy_measured(const Compared *row) {
    return isnan(energy_ratio(row)) ? (double)NAN : row->result->measurement.energy_j;
}

// Values of a group's measured rows that are numbers, ascending.
static int gather(const Compared rows[], int count, const CompareGroup *group, CompareValue *value,
                  double values[]) {
    int found = 0;
    for (int i = 0; i < count; i++) {
        if (!compare_counts(&rows[i]) || !same_group(&rows[i], group))
            continue;
        values[found] = value(&rows[i]);
        found += !isnan(values[found]);
    }
    score_sort(values, found);
    return found;
}

static double mean(const double values[], int count) {
    double sum = 0;
    for (int i = 0; i < count; i++)
        sum += values[i];
    return count ? sum / count : (double)NAN;
}

static void work_out(const Compared rows[], int count, CompareGroup *group) {
    static CompareValue *const ERRORS[MODE_COUNT] = {
        [MODE_DATASHEET] = datasheet_error, [MODE_CALIBRATED] = calibrated_error};
    const struct {
        CompareValue *value;
        double *median;
    } medians[] = {
        {mfu_of,           &group->mfu             },
        {mfu_predicted,    &group->mfu_predicted   },
        {energy_predicted, &group->energy_predicted},
        {energy_measured,  &group->energy          },
        {energy_ratio,     &group->energy_ratio    }
    };
    double *values = heap_take((size_t)count + 1, sizeof *values);
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        int found = gather(rows, count, group, ERRORS[mode], values);
        group->modes[mode] =
            (CompareErrors){found, score_quantile(values, found, 0.5), mean(values, found),
                            score_quantile(values, found, 0.9)};
    }
    int inside = gather(rows, count, group, is_inside, values);
    group->inside = mean(values, inside);
    for (size_t i = 0; i < sizeof medians / sizeof medians[0]; i++) {
        int found = gather(rows, count, group, medians[i].value, values);
        *medians[i].median = score_quantile(values, found, 0.5);
    }
    free(values);
}

int compare_groups(const Compared rows[], int count, CompareGroup groups[], int most) {
    int found = 0;
    for (int i = 0; i < count; i++) {
        if (!compare_counts(&rows[i]))
            continue;
        int at = 0;
        while (at < found && !same_group(&rows[i], &groups[at]))
            at++;
        if (at == most)
            continue;
        if (at == found)
            groups[found++] = (CompareGroup){.op = rows[i].op, .format = rows[i].format};
        groups[at].rows++;
    }
    for (int i = 0; i < found; i++)
        work_out(rows, count, &groups[i]);
    return found;
}

CompareGroup compare_total(const Compared rows[], int count) {
    CompareGroup total = {0};
    for (int i = 0; i < count; i++) {
        total.rows += compare_counts(&rows[i]);
        total.disturbed += rows[i].disturbed;
    }
    work_out(rows, count, &total);
    return total;
}
