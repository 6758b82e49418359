#include "validate/calibrate.h"

#include <math.h>
#include <nlopt.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/heap.h"
#include "sim/op_cost.h"
#include "validate/choice.h"
#include "validate/score.h"
#include "validate/smooth.h"
#include "validate/start.h"

#define FOLDS        5
#define LEAST_ROWS   30   // of a class that is fitted
#define BAND_ROWS    40   // of a band of predicted time with quantiles of its own
#define CONSTANTS    32   // of a class
#define EVALUATIONS  4000 // of the objective in one fit
#define WALKS        12   // of a class of transfers, from different starts
#define WALK_LENGTH  2    // times as many evaluations for such a class, whose rows are few
#define SOFT         0.02 // rest below which a row's error counts by its square
#define LATENCY_UNIT 1e-6
#define LOW_SHARE    0.05
#define HIGH_SHARE   0.95

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

// Penalties on the correction that are tried; the last: none at all.
static const double STIFFNESS[] = {0.02, 0.1, 0.3, 1, 4, INFINITY};
#define STIFFNESSES ((int)(sizeof STIFFNESS / sizeof STIFFNESS[0]))

// The rows of one class, and the profile whose fit of that class is being tried.
typedef struct Work {
    const Row *const *rows;
    Machine *machines; // one a row would be too many: one for each chip and number of chips
    int *machine_of;
    int *fold; // that leaves the row out
    int count;
    KernelClass class;
    Profile *profile;
    FitPoint seen;
} Work;

// A part of the rows, by index.
typedef struct Part {
    int *rows;
    int count;
} Part;

static double predict(Work *work, int row) {
    Machine *machine = &work->machines[work->machine_of[row]];
    row_conditions(work->rows[row], machine);
    return row_predict(work->rows[row], machine).time_s;
}

static double rest_of(Work *work, int row) {
    return log(work->rows[row]->measured_s / predict(work, row));
}

// --- Constants ---------------------------------------------------------------------------------------------------------

// Shares and multiples vary by their logarithm, latencies by the microsecond.
typedef struct Search {
    Work *work;
    const Part *part;
    const Field *fields[CONSTANTS];
    int count;
} Search;

static bool by_logarithm(const Field *field) {
    return field->min > 0;
}

static double to_coordinate(const Field *field, double value) {
    if (by_logarithm(field))
        return log(value);
    return field->unit == UNIT_S ? value / LATENCY_UNIT : value;
}

static double from_coordinate(const Field *field, double x) {
    if (by_logarithm(field))
        return exp(x);
    return field->unit == UNIT_S ? x * LATENCY_UNIT : x;
}

static double *constant_of(Work *work, const Field *field) {
    return (double *)((char *)&work->profile->fits[work->class].constants + field->offset);
}

static double loss(Work *work, const Part *part) {
    double sum = 0;
    for (int i = 0; i < part->count; i++) {
        double rest = rest_of(work, part->rows[i]);
        sum += sqrt(rest * rest + SOFT * SOFT) - SOFT;
    }
    return sum / part->count;
}

static double objective(unsigned count, const double x[], double *gradient, void *context) {
    Search *search = context;
    (void)gradient;
    for (unsigned i = 0; i < count; i++)
        *constant_of(search->work, search->fields[i]) = from_coordinate(search->fields[i], x[i]);
    double value = loss(search->work, search->part);
    return isfinite(value) ? value : 1e9;
}

static double step_of(const Field *field, double value) {
    return by_logarithm(field) ? 0.1 : field->unit == UNIT_S ? 0.3 : 0.1 * (1 + fabs(value));
}

// What a library has not (0), or what says how it works (a share of 1), is not searched for.
static bool settled(const Work *work, const Field *field) {
    KernelConstants start = start_of(work->class);
    double value;
    memcpy(&value, (const char *)&start + field->offset, sizeof value);
    return KERNEL_CLASSES[work->class].table == &LINK_KERNEL_TABLE &&
           (value == 0 || (value == 1 && field->max == 1));
}

// Constants that the rows say something about.
static void pick_fields(Search *search) {
    Work *work = search->work;
    const FieldTable *table = KERNEL_CLASSES[work->class].table;
    double base = loss(work, search->part);
    search->count = 0;
    for (int i = 0; i < table->count && search->count < CONSTANTS; i++) {
        const Field *field = &table->fields[i];
        const Choice *choice = choice_of(field);
        if (choice && !choice->varied)
            continue;
        double *constant = constant_of(work, field), kept = *constant;
        if (settled(work, field))
            continue;
        double x = to_coordinate(field, kept), step = step_of(field, kept);
        double up = fmin(from_coordinate(field, x + step), field->max);
        double down = fmax(from_coordinate(field, x - step), field->min);
        *constant = up;
        bool matters = loss(work, search->part) != base;
        *constant = down;
        matters = matters || loss(work, search->part) != base;
        *constant = kept;
        if (matters)
            search->fields[search->count++] = field;
    }
}

// Subplex: no derivatives, which tiles and waves have none of. From the constants as they are.
static void fit_constants(Work *work, const Part *part, int evaluations) {
    Search search = {.work = work, .part = part};
    double x[CONSTANTS], low[CONSTANTS], high[CONSTANTS], step[CONSTANTS], least;
    pick_fields(&search);
    if (search.count == 0)
        return;
    for (int i = 0; i < search.count; i++) {
        const Field *field = search.fields[i];
        double value = *constant_of(work, field);
        low[i] = to_coordinate(field, field->min);
        high[i] = to_coordinate(field, field->max);
        x[i] = fmin(fmax(to_coordinate(field, value), low[i]), high[i]);
        step[i] = step_of(field, value);
    }
    nlopt_opt optimiser = nlopt_create(NLOPT_LN_SBPLX, (unsigned)search.count);
    nlopt_set_min_objective(optimiser, objective, &search);
    nlopt_set_lower_bounds(optimiser, low);
    nlopt_set_upper_bounds(optimiser, high);
    nlopt_set_initial_step(optimiser, step);
    nlopt_set_maxeval(optimiser, evaluations);
    nlopt_set_ftol_rel(optimiser, 1e-5);
    nlopt_optimize(optimiser, x, &least);
    nlopt_destroy(optimiser);
    // As they are written: four digits.
    for (int i = 0; i < search.count; i++) {
        const Field *field = search.fields[i];
        double value = from_coordinate(field, x[i]);
        double scale = value > 0 ? pow(10, 3 - floor(log10(value))) : 1;
        value = floor(value * scale + 0.5) / scale;
        *constant_of(work, field) = fmin(fmax(value, field->min), field->max);
    }
}

// Each choice by itself with the other constants fitted anew, the best is kept.
static void fit_choices(Work *work, const Part *part) {
    const FieldTable *table = KERNEL_CLASSES[work->class].table;
    KernelConstants *constants = &work->profile->fits[work->class].constants;
    for (int i = 0; i < table->count; i++) {
        const Choice *choice = choice_of(&table->fields[i]);
        if (!choice)
            continue;
        KernelConstants start = *constants, best = start;
        double least = loss(work, part), *constant = constant_of(work, &table->fields[i]);
        *constant = choice->values[choice->count - 1];
        bool matters = loss(work, part) != least;
        *constants = start;
        least = INFINITY;
        for (int k = 0; matters && k < choice->count; k++) {
            *constants = start;
            *constant = choice->values[k];
            fit_constants(work, part, EVALUATIONS / 2);
            double value = loss(work, part);
            if (value < least) {
                least = value;
                best = *constants;
            }
        }
        *constants = best;
    }
}

// --- The smooth remainder ----------------------------------------------------------------------------------------------

static SmoothRow smooth_row(Work *work, int index) {
    const Row *row = work->rows[index];
    Machine *machine = &work->machines[work->machine_of[index]];
    Fit *fit = &work->profile->fits[work->class];
    SmoothRow smooth = {0};
    double total = predict(work, index);
    smooth.rest = log(row->measured_s / total);
    for (int i = 0; i < row->op_count && smooth.parts < SMOOTH_PARTS; i++) {
        if (op_class(machine, &row->ops[i]) != work->class)
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
    Fit *fit = &work->profile->fits[work->class];
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
    }
    for (int i = 0; i < work->count && found == 1; i++)
        work->fold[i] = i * FOLDS / work->count;
    free(families);
}

// What was left out in a fold, predicted without it.
typedef struct Left {
    double rest;   // ln(measured / predicted)
    double time_s; // predicted
    double doubt;  // of the grid
    bool seen;
} Left;

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

static void leave_out(Work *work, const Part *out, Left left[]) {
    for (int i = 0; i < out->count; i++) {
        int row = out->rows[i];
        Machine *machine = &work->machines[work->machine_of[row]];
        row_conditions(work->rows[row], machine);
        Prediction prediction = row_predict(work->rows[row], machine);
        left[row] = (Left){log(work->rows[row]->measured_s / prediction.time_s), prediction.time_s,
                           prediction.doubt, true};
    }
}

static FitReport report_of(const Left left[], int count) {
    double *errors = heap_take((size_t)count, sizeof *errors), sum = 0;
    int seen = 0;
    for (int i = 0; i < count; i++)
        if (left[i].seen)
            errors[seen++] = fabs(exp(-left[i].rest) - 1);
    score_sort(errors, seen);
    for (int i = 0; i < seen; i++)
        sum += errors[i];
    FitReport report = {.rows = seen,
                        .median = score_quantile(errors, seen, 0.5),
                        .mape = sum / seen,
                        .p90 = score_quantile(errors, seen, 0.9)};
    free(errors);
    return report;
}

// What is weighed when corrections are compared: the three figures alike.
static double worth(const FitReport *report) {
    return report->median + report->mape / 2 + report->p90 / 4;
}

// --- Intervals ---------------------------------------------------------------------------------------------------------

static int band_of(double time_s) {
    int band = (int)floor((log2(time_s / 4e-6) + 2) / 2);
    return band < 0 ? 0 : band < RESIDUAL_BANDS ? band : RESIDUAL_BANDS - 1;
}

// The rests of a band, and of its neighbours as far as are needed for quantiles.
static int band_rests(const Left left[], int count, int band, double rests[]) {
    int found = 0;
    for (int reach = 0; reach < RESIDUAL_BANDS && found < BAND_ROWS; reach++) {
        found = 0;
        for (int i = 0; i < count; i++)
            if (left[i].seen && abs(band_of(left[i].time_s) - band) <= reach)
                rests[found++] = left[i].rest;
    }
    score_sort(rests, found);
    return found;
}

// The width to be added on both sides so that the share of `which` rows that lie inside is what it should be.
static double more_width(const Left left[], int count, const Residual *residual,
                         double least_doubt) {
    double *excess = heap_take((size_t)count, sizeof *excess);
    int found = 0;
    for (int i = 0; i < count; i++) {
        if (!left[i].seen || left[i].doubt < least_doubt)
            continue;
        int band = band_of(left[i].time_s);
        excess[found++] =
            fmax(left[i].rest - residual->high[band], residual->low[band] - left[i].rest);
    }
    score_sort(excess, found);
    double width =
        found < 10 ? (double)NAN : fmax(0, score_quantile(excess, found, HIGH_SHARE - LOW_SHARE));
    free(excess);
    return width;
}

static double rounded(double x) {
    return floor(1e4 * x + 0.5) / 1e4;
}

#define FAR_LEAST   0.1 // where no rows tell
#define OTHER_LEAST 0.05

static void set_residual(Work *work, const Left families[], const Left chips[]) {
    Residual *residual = &work->profile->fits[work->class].residual;
    double *rests = heap_take((size_t)work->count, sizeof *rests);
    residual->low_count = residual->high_count = RESIDUAL_BANDS;
    for (int band = 0; band < RESIDUAL_BANDS; band++) {
        int found = band_rests(families, work->count, band, rests);
        residual->low[band] = rounded(score_quantile(rests, found, LOW_SHARE));
        residual->high[band] = rounded(score_quantile(rests, found, HIGH_SHARE));
    }
    free(rests);
    double far = more_width(families, work->count, residual, 0.5);
    residual->far = rounded(isnan(far) ? FAR_LEAST : far);
    double other = more_width(chips, work->count, residual, 0);
    residual->other_chip = rounded(isnan(other) ? OTHER_LEAST : other);
    residual->other_family = rounded(fmax(0.3, residual->other_chip));
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
    bool link = KERNEL_CLASSES[work->class].table == &LINK_KERNEL_TABLE;
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
                     int from, int to, Left *const left[]) {
    Fit *fit = &work->profile->fits[work->class];
    Part in = take_part(work, chips, fold, false), out = take_part(work, chips, fold, true);
    if (out.count > 0 && in.count >= LEAST_ROWS / 2) {
        fit->constants = *whole;
        fit->correction = (Grid){0};
        fit_constants(work, &in, evaluations(work) / 2);
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
    Fit *fit = &work->profile->fits[work->class];
    fit_constants(work, all, EVALUATIONS);
    KernelConstants other = fit->constants;
    double reached = loss(work, all);
    fit->constants.matmul = MATMUL_FOUND;
    fit_constants(work, all, EVALUATIONS);
    if (reached < loss(work, all))
        fit->constants = other;
    for (int i = 0; i < RESTARTS; i++)
        fit_constants(work, all, EVALUATIONS);
}

// A library with several protocols has many valleys: some walks from starts nearby, each constant up to four times
// larger or smaller, before the best one is walked to its end.
static void fit_from_starts(Work *work, const Part *all) {
    Fit *fit = &work->profile->fits[work->class];
    KernelConstants start = fit->constants, best = start;
    double least = INFINITY;
    const FieldTable *table = KERNEL_CLASSES[work->class].table;
    if (table == &MATMUL_KERNEL_TABLE) {
        fit_matmul(work, all);
        return;
    }
    if (table != &LINK_KERNEL_TABLE) {
        fit_choices(work, all);
        fit_constants(work, all, EVALUATIONS);
        return;
    }
    int length = evaluations(work);
    uint64_t state = 1;
    for (int walk = 0; walk < WALKS; walk++) {
        fit->constants = start;
        for (int i = 0; i < table->count && walk > 0; i++) {
            double *constant = constant_of(work, &table->fields[i]);
            state = state * 0x5851F42D4C957F2Du + 0x14057B7EF767814Fu; // Knuth's MMIX
            double share = (double)(state >> 11) / 9007199254740992.0;
            *constant = fmin(fmax(*constant * exp2(4 * share - 2), table->fields[i].min),
                             table->fields[i].max);
        }
        fit_constants(work, all, length / 4);
        double reached = loss(work, all);
        if (reached < least) {
            least = reached;
            best = fit->constants;
        }
    }
    fit->constants = best;
    fit_constants(work, all, length);
}

static void fit_class(Work *work) {
    Fit *fit = &work->profile->fits[work->class];
    const Chip *chips[PROFILE_CHIPS];
    int chip_count = chips_of(work, chips), best = STIFFNESSES - 1;
    Left *left[STIFFNESSES], *other[STIFFNESSES];
    Part all = take_part(work, chips, -1, false);
    for (int k = 0; k < STIFFNESSES; k++) {
        left[k] = heap_take((size_t)work->count, sizeof **left);
        other[k] = left[k];
    }
    fit_from_starts(work, &all);
    KernelConstants whole = fit->constants;
    for (int fold = 0; fold < FOLDS; fold++)
        try_fold(work, &whole, chips, fold, 0, STIFFNESSES, left);
    FitReport report = report_of(left[best], work->count);
    for (int k = 0; k < STIFFNESSES - 1; k++) {
        FitReport smoothed = report_of(left[k], work->count);
        if (worth(&smoothed) >= worth(&report))
            continue;
        best = k;
        report = smoothed;
    }
    Left *elsewhere = heap_take((size_t)work->count, sizeof *elsewhere);
    for (int k = 0; k < STIFFNESSES; k++)
        other[k] = elsewhere;
    for (int chip = 0; chip < chip_count; chip++)
        if (is_comparable(work, chips[chip]))
            try_fold(work, &whole, chips, FOLDS + chip, best, best + 1, other);
    FitReport there = report_of(elsewhere, work->count);
    if (there.rows > 0) {
        report.chip_median = there.median;
        report.chip_mape = there.mape;
        report.chip_p90 = there.p90;
    }
    fit->constants = whole;
    fit_grid(work, &all, STIFFNESS[best]);
    fit->report = report;
    set_residual(work, left[best], elsewhere);
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
                 .class = class,
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
