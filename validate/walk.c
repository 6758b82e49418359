#include "validate/walk.h"

#include <nlopt.h>

#include "validate/choice.h"
#include "validate/start.h"

#define CONSTANTS    32   // of a class
#define SOFT         0.02 // rest below which a row's error counts by its square
#define LATENCY_UNIT 1e-6

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

double *walk_constant(Work *work, const Field *field) {
    return (double *)(void *)((char *)&work->profile->fits[work->of].constants + field->offset);
}

double walk_loss(Work *work, const Part *part) {
    double sum = 0;
    for (int i = 0; i < part->count; i++) {
        double rest = work_rest(work, part->rows[i]);
        sum += sqrt(rest * rest + SOFT * SOFT) - SOFT;
    }
    return sum / part->count;
}

static double objective(unsigned count, const double x[], double *gradient, void *context) {
    Search *search = context;
    (void)gradient;
    for (unsigned i = 0; i < count; i++)
        *walk_constant(search->work, search->fields[i]) = from_coordinate(search->fields[i], x[i]);
    double value = walk_loss(search->work, search->part);
    return isfinite(value) ? value : 1e9;
}

static double step_of(const Field *field, double value) {
    return by_logarithm(field) ? 0.1 : field->unit == UNIT_S ? 0.3 : 0.1 * (1 + fabs(value));
}

// What a library has not (0), or what says how it works (a share of 1), is not searched for.
static bool settled(const Work *work, const Field *field) {
    KernelConstants start = start_of(work->of);
    double value;
    memcpy(&value, (const char *)&start + field->offset, sizeof value);
    return KERNEL_CLASSES[work->of].table == &LINK_KERNEL_TABLE &&
           (value == 0 || (value == 1 && field->max == 1));
}

// Constants that the rows say something about.
static void pick_fields(Search *search) {
    Work *work = search->work;
    const FieldTable *table = KERNEL_CLASSES[work->of].table;
    double base = walk_loss(work, search->part);
    search->count = 0;
    for (int i = 0; i < table->count && search->count < CONSTANTS; i++) {
        const Field *field = &table->fields[i];
        const Choice *choice = choice_of(field);
        if (choice && !choice->varied)
            continue;
        double *constant = walk_constant(work, field), kept = *constant;
        if (settled(work, field))
            continue;
        double x = to_coordinate(field, kept), step = step_of(field, kept);
        double up = fmin(from_coordinate(field, x + step), field->max);
        double down = fmax(from_coordinate(field, x - step), field->min);
        *constant = up;
        bool matters = walk_loss(work, search->part) != base;
        *constant = down;
        matters = matters || walk_loss(work, search->part) != base;
        *constant = kept;
        if (matters)
            search->fields[search->count++] = field;
    }
}

// Subplex: no derivatives, which tiles and waves have none of. From the constants as they are.
void walk_constants(Work *work, const Part *part, int evaluations) {
    Search search = {.work = work, .part = part};
    double x[CONSTANTS], low[CONSTANTS], high[CONSTANTS], step[CONSTANTS], least;
    pick_fields(&search);
    if (search.count == 0)
        return;
    for (int i = 0; i < search.count; i++) {
        const Field *field = search.fields[i];
        double value = *walk_constant(work, field);
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
        *walk_constant(work, field) = fmin(fmax(value, field->min), field->max);
    }
}

// Each choice by itself with the other constants fitted anew, the best is kept.
void walk_choices(Work *work, const Part *part, int evaluations) {
    const FieldTable *table = KERNEL_CLASSES[work->of].table;
    KernelConstants *constants = &work->profile->fits[work->of].constants;
    for (int i = 0; i < table->count; i++) {
        const Choice *choice = choice_of(&table->fields[i]);
        if (!choice)
            continue;
        KernelConstants start = *constants, best = start;
        double least = walk_loss(work, part), *constant = walk_constant(work, &table->fields[i]);
        *constant = choice->values[choice->count - 1];
        bool matters = walk_loss(work, part) != least;
        *constants = start;
        least = INFINITY;
        for (int k = 0; matters && k < choice->count; k++) {
            *constants = start;
            *constant = choice->values[k];
            walk_constants(work, part, evaluations);
            double value = walk_loss(work, part);
            if (value < least) {
                least = value;
                best = *constants;
            }
        }
        *constants = best;
    }
}
