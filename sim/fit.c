#include "sim/fit.h"

// Predicted times of the bands' middles: 2 us, 8 us, ... (RESIDUAL_BANDS); log2 of the first.
#define BAND_FIRST -18.93156857 // log2(2e-6)
#define BAND_STEP  2.0

// Where a coordinate lies on an axis: the line below it, and the way to the next one.
typedef struct Along {
    int line;
    float share;
} Along;

static Along along(double at, double first, double step, int count) {
    double lines = (at - first) / step;
    lines = machine_min(machine_max(lines, 0), count - 1);
    int line = (int)lines;
    line = line > count - 2 ? count - 2 : line;
    return (Along){line, (float)(lines - line)};
}

// Linear between the crossings round the point, axis by axis.
static GridCell grid_at(const Grid *grid, const FitPoint *point) {
    Along way[GRID_AXES] = {
        {0, 0}
    };
    int corner = 0, strides[GRID_AXES] = {0}, stride = 1;
    for (int i = grid->axis_count - 1; i >= 0; i--) {
        const GridAxis *axis = &grid->axes[i];
        way[i] = along(fit_log2(point->at[i]), axis->first, axis->step, axis->count);
        corner += way[i].line * stride;
        strides[i] = stride;
        stride *= axis->count;
    }
    float factor = 0, doubt = 0;
    for (int k = 0; k < 1 << grid->axis_count; k++) {
        float weight = 1;
        int cell = corner;
        for (int i = 0; i < grid->axis_count; i++) {
            bool next = k >> i & 1;
            weight *= next ? way[i].share : 1 - way[i].share;
            cell += next ? strides[i] : 0;
        }
        factor += weight * grid->cells[cell].factor;
        doubt += weight * grid->cells[cell].doubt;
    }
    return (GridCell){factor, doubt};
}

// Extrapolation widens both sides: `more` in ln.
static void fit_interval(const Residual *residual, double time_s, double more, OpCost *cost) {
    Along band = along(fit_log2(time_s), BAND_FIRST, BAND_STEP, RESIDUAL_BANDS);
    double share = (double)band.share;
    double below =
        residual->below[band.line] * (1 - share) + residual->below[band.line + 1] * share;
    double above =
        residual->above[band.line] * (1 - share) + residual->above[band.line + 1] * share;
    cost->below = 1 - (1 - below) / (1 + more);
    cost->above = (1 + above) * (1 + more) - 1;
}

void fit_correct(const Fit *fit, const Machine *machine, const FitPoint *point, double bound_s,
                 OpCost *cost) {
    double compute_s = machine_max(cost->matrix_s, cost->vector_s);
    double engines_s = machine_max(machine_max(compute_s, cost->memory_s), cost->link_s);
    double time_s = engines_s + cost->overhead_s;
    GridCell cell = {1, 0};
    if (fit->seen)
        *fit->seen = *point;
    if (fit->correction.axis_count > 0) {
        cell = grid_at(&fit->correction, point);
        double factor = machine_max((double)cell.factor, bound_s / time_s);
        cost->matrix_s *= factor;
        cost->vector_s *= factor;
        cost->memory_s *= factor;
        cost->link_s *= factor;
        cost->overhead_s *= factor;
        cost->apart_saving_s *= factor;
        time_s *= factor;
    }
    double far = machine_max((double)cell.doubt, point->doubt);
    double doubt = machine_max(far, machine->doubt > 0);
    double more = far * fit->residual.far;
    if (machine->doubt > 0)
        more += machine->doubt > 1 ? fit->residual.other_family : fit->residual.other_chip;
    cost->doubt = doubt;
    cost->kernel = (int)(fit - machine->profile->fits);
    if (fit->interval)
        fit_interval(&fit->residual, time_s, more, cost);
}
