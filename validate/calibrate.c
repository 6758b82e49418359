#include "validate/calibrate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/heap.h"
#include "sim/op_cost.h"
#include "validate/choice.h"
#include "validate/left_out.h"
#include "validate/score.h"
#include "validate/smooth.h"
#include "validate/start.h"
#include "validate/walk.h"

#define FOLDS       5
#define LEAST_ROWS  30   // of a class that is fitted
#define EVALUATIONS 4000 // of the objective in one fit
#define WALKS       12   // of a class of transfers, from different starts
#define WALK_LENGTH 2    // times as many evaluations for such a class, whose rows are few

// Matmuls of 16 bit on Hopper and Blackwell, rounded: where a second walk starts.
static const MatmulKernel MATMUL_FOUND = {
    .matrix_efficiency = 0.85,
    .memory_efficiency = 0.9,
    .vector_efficiency = 0.5,
    .launch_s = 2e-6,
    .prologue_s = 0.1e-6,
    .core_share = 3,
    .store_efficiency = 0.6,
    .fetch_share = 0.15,
    .step_s = 0.07e-6,
    .epilogue_clocks = 0.05,
    .operand_share = 0.2,
    .wave_loss = 0.5,
    .unhidden = 0.3,
    .split_s = 2.5e-6,
    .power_share = 0.3,
    .resident_share = 0.6,
    .replay_s = 2e-6,
};
#define RESTARTS 2
// Powers of two by which starts are scattered
#define LINK_SPREAD 2.0
#define SPREAD      1.0
// Share of the loss that a constant must be worth.
#define UNSAID 1e-3

// Penalties on the correction that are tried; the last: none at all.
static const double STIFFNESS[] = {0.02, 0.1, 0.3, 1, 4, INFINITY};
#define STIFFNESSES ((int)(sizeof STIFFNESS / sizeof STIFFNESS[0]))

// --- The smooth remainder ----------------------------------------------------------------------------------------------

static SmoothRow smooth_row(Work *work, int index) {
    const Row *row = work->rows[index];
    Machine *machine = &work->machines[work->machine_of[index]];
    Fit *fit = &work->profile->fits[work->of];
    SmoothRow smooth = {0};
    double total = work_predict(work, index);
    smooth.rest = log(row->measured_s / total);
    for (int i = 0; i < row->op_count && smooth.parts < SMOOTH_PARTS; i++) {
        if (op_class(machine, &row->ops[i]) != work->of)
            continue;
        fit->seen = &work->seen;
        OpCost cost = op_cost(machine, &row->ops[i]);
        fit->seen = NULL;
        double engines_s =
            fmax(fmax(cost.matrix_s, cost.vector_s), fmax(cost.memory_s, cost.link_s));
        smooth.share[smooth.parts] = (engines_s + cost.overhead_s) / total;
        smooth.point[smooth.parts++] = work->seen;
    }
    return smooth;
}

static void fit_grid(Work *work, const Part *part, double stiffness) {
    Fit *fit = &work->profile->fits[work->of];
    fit->correction = (Grid){0};
    if (isinf(stiffness))
        return;
    SmoothRow *rows = heap_take((size_t)part->count, sizeof *rows);
    for (int i = 0; i < part->count; i++)
        rows[i] = smooth_row(work, part->rows[i]);
    smooth_fit(&fit->correction, rows, part->count, stiffness);
    free(rows);
    profile_derive(fit);
}

// --- Folds -------------------------------------------------------------------------------------------------------------

// Families are dealt to the folds in turn, as they come; a single family is cut by rows.
static void deal_folds(Work *work) {
    uint64_t *families = heap_take((size_t)work->count, sizeof *families);
    int found = 0;
    for (int i = 0; i < work->count; i++) {
        int at = 0;
        while (at < found && families[at] != work->rows[i]->family)
            at++;
        if (at == found)
            families[found++] = work->rows[i]->family;
        work->fold[i] = at % FOLDS;
        work->group[i] = at % LEFT_OUT_GROUPS;
    }
    for (int i = 0; i < work->count && found == 1; i++) {
        work->fold[i] = i * FOLDS / work->count;
        work->group[i] = i * LEFT_OUT_GROUPS / work->count;
    }
    free(families);
}

// The rows that stay in (or are left out) when `fold` is held back: a fold of the families, or from FOLDS on a chip.
static Part take_part(const Work *work, const Chip *const chips[], int fold, bool out) {
    Part part = {heap_take((size_t)work->count + 1, sizeof(int)), 0};
    for (int i = 0; i < work->count; i++) {
        const Row *row = work->rows[i];
        bool held = fold < FOLDS ? work->fold[i] == fold : row->chip == chips[fold - FOLDS];
        if (fold < 0 || held == out)
            part.rows[part.count++] = i;
    }
    return part;
}

static void leave_out(Work *work, const Part *out, LeftOut left[]) {
    for (int i = 0; i < out->count; i++) {
        int row = out->rows[i];
        Machine *machine = &work->machines[work->machine_of[row]];
        row_conditions(work->rows[row], machine);
        Prediction prediction = row_predict(work->rows[row], machine);
        left[row] = (LeftOut){log(work->rows[row]->measured_s / prediction.time_s),
                              prediction.time_s, prediction.doubt, work->group[row], true};
    }
}

// What is weighed when corrections are compared: the three figures alike.
static double worth(const FitReport *report) {
    return report->median + report->mape / 2 + report->p90 / 4;
}

// --- A class -----------------------------------------------------------------------------------------------------------

static int chips_of(const Work *work, const Chip *chips[PROFILE_CHIPS]) {
    int count = 0;
    for (int i = 0; i < work->count; i++) {
        int at = 0;
        while (at < count && chips[at] != work->rows[i]->chip)
            at++;
        if (at == count && count < PROFILE_CHIPS)
            chips[count++] = work->rows[i]->chip;
    }
    return count;
}

static int evaluations(const Work *work) {
    bool link = KERNEL_CLASSES[work->of].table == &LINK_KERNEL_TABLE;
    return link ? EVALUATIONS * WALK_LENGTH : EVALUATIONS;
}

// Whether another chip was measured with the same software: else leaving the chip out tells of that, not of the chip.
static bool is_comparable(const Work *work, const Chip *chip) {
    for (int i = 0; i < work->count; i++)
        for (int k = 0; work->rows[i]->chip == chip && k < work->count; k++)
            if (work->rows[k]->chip != chip && work->rows[k]->software == work->rows[i]->software)
                return true;
    return false;
}

// Constants without a fold, then the correction at every stiffness; left[k] of stiffness k.
static void try_fold(Work *work, const KernelConstants *whole, const Chip *const chips[], int fold,
                     int from, int to, LeftOut *const left[]) {
    Fit *fit = &work->profile->fits[work->of];
    Part in = take_part(work, chips, fold, false), out = take_part(work, chips, fold, true);
    if (out.count > 0 && in.count >= LEAST_ROWS / 2) {
        fit->constants = *whole;
        fit->correction = (Grid){0};
        walk_constants(work, &in, evaluations(work) / 2);
        for (int k = from; k < to; k++) {
            fit_grid(work, &in, STIFFNESS[k]);
            leave_out(work, &out, left[k]);
        }
    }
    free(in.rows);
    free(out.rows);
}

// Walks from the universal constants and from those that libraries are found to have, and the better end is walked on with
// fresh steps: a constant that is neutral there often has no slope.
static void fit_matmul(Work *work, const Part *all) {
    Fit *fit = &work->profile->fits[work->of];
    walk_constants(work, all, EVALUATIONS);
    KernelConstants other = fit->constants;
    double reached = walk_loss(work, all);
    fit->constants.matmul = MATMUL_FOUND;
    walk_constants(work, all, EVALUATIONS);
    if (reached < walk_loss(work, all))
        fit->constants = other;
    for (int i = 0; i < RESTARTS; i++)
        walk_constants(work, all, EVALUATIONS);
}

// Walks from starts nearby, each constant up to 2^spread times larger or smaller; the best end is kept.
static void walk_from_nearby(Work *work, const Part *all, double spread, int length) {
    Fit *fit = &work->profile->fits[work->of];
    KernelConstants start = fit->constants, best = start;
    const FieldTable *table = KERNEL_CLASSES[work->of].table;
    double least = INFINITY;
    uint64_t state = 1;
    for (int walk = 0; walk < WALKS; walk++) {
        fit->constants = start;
        for (int i = 0; i < table->count && walk > 0; i++) {
            const Field *field = &table->fields[i];
            double *constant = walk_constant(work, field);
            state = state * 0x5851F42D4C957F2Du + 0x14057B7EF767814Fu; // Knuth's MMIX
            double share = (double)(state >> 11) / 9007199254740992.0;
            if (!choice_of(field))
                *constant =
                    fmin(fmax(*constant * exp2(spread * (2 * share - 1)), field->min), field->max);
        }
        walk_constants(work, all, length);
        double reached = walk_loss(work, all);
        if (reached < least) {
            least = reached;
            best = fit->constants;
        }
    }
    fit->constants = best;
}

// What the rows say next to nothing about keeps the value that it has without them: others rest on it, as weights that
// are dequantised do on the vector unit's rate.
static void keep_unsaid(Work *work, const Part *all, const KernelConstants *start) {
    const FieldTable *table = KERNEL_CLASSES[work->of].table;
    double reached = walk_loss(work, all);
    for (int i = 0; i < table->count; i++) {
        double *constant = walk_constant(work, &table->fields[i]), found = *constant;
        memcpy(constant, (const char *)start + table->fields[i].offset, sizeof *constant);
        if (walk_loss(work, all) > reached * (1 + UNSAID))
            *constant = found;
    }
}

// Formulas with several regimes have many valleys: some walks, before the best one is walked to its end.
static void walk_from_starts(Work *work, const Part *all) {
    bool link = KERNEL_CLASSES[work->of].table == &LINK_KERNEL_TABLE;
    if (!link)
        walk_choices(work, all, EVALUATIONS / 2);
    walk_from_nearby(work, all, link ? LINK_SPREAD : SPREAD, evaluations(work) / 4);
    for (int i = 0; i <= (link ? 0 : RESTARTS); i++)
        walk_constants(work, all, evaluations(work));
}

static void fit_from_starts(Work *work, const Part *all) {
    KernelConstants start = work->profile->fits[work->of].constants;
    if (KERNEL_CLASSES[work->of].table == &MATMUL_KERNEL_TABLE)
        fit_matmul(work, all);
    else
        walk_from_starts(work, all);
    keep_unsaid(work, all, &start);
}

static void fit_class(Work *work) {
    Fit *fit = &work->profile->fits[work->of];
    const Chip *chips[PROFILE_CHIPS];
    int chip_count = chips_of(work, chips), best = STIFFNESSES - 1;
    LeftOut *left[STIFFNESSES], *other[STIFFNESSES];
    Part all = take_part(work, chips, -1, false);
    for (int k = 0; k < STIFFNESSES; k++) {
        left[k] = heap_take((size_t)work->count, sizeof **left);
        other[k] = left[k];
    }
    fit_from_starts(work, &all);
    KernelConstants whole = fit->constants;
    for (int fold = 0; fold < FOLDS; fold++)
        try_fold(work, &whole, chips, fold, 0, STIFFNESSES, left);
    FitReport report = left_out_report(left[best], work->count);
    for (int k = 0; k < STIFFNESSES - 1; k++) {
        FitReport smoothed = left_out_report(left[k], work->count);
        if (worth(&smoothed) >= worth(&report))
            continue;
        best = k;
        report = smoothed;
    }
    LeftOut *elsewhere = heap_take((size_t)work->count, sizeof *elsewhere);
    for (int k = 0; k < STIFFNESSES; k++)
        other[k] = elsewhere;
    for (int chip = 0; chip < chip_count; chip++)
        if (is_comparable(work, chips[chip]))
            try_fold(work, &whole, chips, FOLDS + chip, best, best + 1, other);
    FitReport there = left_out_report(elsewhere, work->count);
    if (there.rows > 0) {
        report.chip_median = there.median;
        report.chip_mape = there.mape;
        report.chip_p90 = there.p90;
    }
    fit->constants = whole;
    fit_grid(work, &all, STIFFNESS[best]);
    fit->report = report;
    left_out_residual(left[best], elsewhere, work->count, &fit->residual);
    for (int k = 0; k < STIFFNESSES; k++)
        free(left[k]);
    free(elsewhere);
    free(all.rows);
}

// --- All classes -------------------------------------------------------------------------------------------------------

// The machine of the row among those made, or a new one.
static int find_machine(Work *work, int *made, const Row *row) {
    for (int i = 0; i < *made; i++)
        if (work->machines[i].chip == row->chip && work->machines[i].chips == row->chips)
            return i;
    work->machines[*made] = row_machine(row, work->profile);
    work->machines[*made].doubt = 0; // all chips at hand are measured
    return (*made)++;
}

static bool usable(const Row *row) {
    return !row->apart && !isnan(row->measured_s);
}

static int fit_rows(const Row rows[], int count, KernelClass class, const CalibrateOptions *options,
                    Profile *profile) {
    const Row **list = heap_take((size_t)count, sizeof *list);
    Work work = {.rows = list,
                 .machines = heap_take((size_t)count, sizeof(Machine)),
                 .machine_of = heap_take((size_t)count, sizeof(int)),
                 .fold = heap_take((size_t)count, sizeof(int)),
                 .group = heap_take((size_t)count, sizeof(int)),
                 .of = class,
                 .profile = profile};
    int made = 0;
    for (int i = 0; i < count; i++) {
        Machine *machine;
        if (!usable(&rows[i]))
            continue;
        int at = find_machine(&work, &made, &rows[i]);
        machine = &work.machines[at];
        if (row_class(&rows[i], machine) != class)
            continue;
        work.machine_of[work.count] = at;
        list[work.count++] = &rows[i];
    }
    if (work.count >= LEAST_ROWS) {
        deal_folds(&work);
        profile->fits[class].constants = start_of(class);
        fit_class(&work);
        if (options->told)
            options->told(options->context, class, &profile->fits[class].report);
    }
    free(list);
    free(work.machines);
    free(work.machine_of);
    free(work.fold);
    free(work.group);
    return work.count >= LEAST_ROWS;
}

bool calibrate(const Row rows[], int count, const CalibrateOptions *options, Profile *profile,
               Error *err) {
    int fitted = 0;
    // Elementwise kernels stand beside others in a row: theirs come first.
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < KERNEL_CLASS_COUNT; i++) {
            bool stream = KERNEL_CLASSES[i].table == &STREAM_KERNEL_TABLE;
            if (options->classes[i] && stream == (pass == 0))
                fitted += fit_rows(rows, count, (KernelClass)i, options, profile);
        }
    if (fitted > 0)
        return true;
    return error_set(err, "no kernel class has the %d measured rows that a fit needs", LEAST_ROWS);
}
