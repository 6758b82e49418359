#include "validate/smooth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/heap.h"

#define MOST       0.4  // of |ln(factor)|: beyond this the formulas are wrong
#define MOST_LINES 24   // of an axis
#define ROUNDS     4    // of reweighting, so that outliers pull no more than their sign
#define OUTLIER    0.05 // rest from which on a row counts as one
#define SIZE_COST  0.05 // of the penalty on size against that on curvature
#define STEPS      120  // of conjugate gradients
#define CORNERS    8

// A row as a combination of the grid's values.
typedef struct Combination {
    double rest, weight;
    int count;
    int cells[SMOOTH_PARTS * CORNERS];
    double shares[SMOOTH_PARTS * CORNERS];
} Combination;

// Axes over the range of the points, the finer the fewer cells they make.
static void lay_axes(Grid *grid, const SmoothRow rows[], int count) {
    double low[GRID_AXES], high[GRID_AXES];
    for (int i = 0; i < GRID_AXES; i++) {
        low[i] = INFINITY;
        high[i] = -INFINITY;
    }
    for (int r = 0; r < count; r++)
        for (int k = 0; k < rows[r].parts; k++)
            for (int i = 0; i < GRID_AXES; i++) {
                double at = fit_log2(rows[r].point[k].at[i]);
                low[i] = fmin(low[i], at);
                high[i] = fmax(high[i], at);
            }
    static const char *const NAMES[GRID_AXES] = {"first", "second", "third"};
    grid->axis_count = GRID_AXES;
    for (double step = 1;; step *= 1.15) {
        int cells = 1;
        for (int i = 0; i < GRID_AXES; i++) {
            GridAxis *axis = &grid->axes[i];
            double range = fmin(high[i] - low[i], 60);
            int lines = (int)ceil(range / step - 1e-9) + 1;
            lines = lines < 2 ? 2 : lines > MOST_LINES ? MOST_LINES : lines;
            double width = range > 0 ? range / (lines - 1) : 1;
            *axis = (GridAxis){NAMES[i], fmax(low[i], -60), fmax(width, 0.05), lines};
            cells *= lines;
        }
        if (cells <= GRID_CELLS)
            break;
    }
    int cells = 1;
    for (int i = 0; i < GRID_AXES; i++)
        cells *= grid->axes[i].count;
    grid->log_factor_count = grid->doubt_count = cells;
}

static void add_point(const Grid *grid, const FitPoint *point, double share, Combination *into) {
    int line[GRID_AXES], strides[GRID_AXES], stride = 1;
    double part[GRID_AXES];
    for (int i = GRID_AXES - 1; i >= 0; i--) {
        const GridAxis *axis = &grid->axes[i];
        double at = (fit_log2(point->at[i]) - axis->first) / axis->step;
        at = fmin(fmax(at, 0), axis->count - 1);
        line[i] = (int)at < axis->count - 1 ? (int)at : axis->count - 2;
        part[i] = at - line[i];
        strides[i] = stride;
        stride *= axis->count;
    }
    for (int k = 0; k < CORNERS; k++) {
        double weight = share;
        int cell = 0;
        for (int i = 0; i < GRID_AXES; i++) {
            int next = k >> i & 1;
            weight *= next ? part[i] : 1 - part[i];
            cell += (line[i] + next) * strides[i];
        }
        if (weight == 0)
            continue;
        into->cells[into->count] = cell;
        into->shares[into->count++] = weight;
    }
}

static double combine(const Combination *row, const double values[]) {
    double sum = 0;
    for (int k = 0; k < row->count; k++)
        sum += row->shares[k] * values[row->cells[k]];
    return sum;
}

// out += stiffness x (D^T D + size) values, D the second differences along each axis.
static void add_penalty(const Grid *grid, double stiffness, const double values[], double out[]) {
    int cells = grid->log_factor_count, stride = 1;
    for (int i = GRID_AXES - 1; i >= 0; i--) {
        int lines = grid->axes[i].count;
        for (int cell = 0; cell < cells; cell++) {
            int line = cell / stride % lines;
            if (line == 0 || line == lines - 1)
                continue;
            double bend = values[cell - stride] - 2 * values[cell] + values[cell + stride];
            out[cell - stride] += stiffness * bend;
            out[cell] -= 2 * stiffness * bend;
            out[cell + stride] += stiffness * bend;
        }
        stride *= lines;
    }
    for (int cell = 0; cell < cells; cell++)
        out[cell] += stiffness * SIZE_COST * values[cell];
}

static void apply(const Grid *grid, const Combination rows[], int count, double stiffness,
                  const double values[], double out[]) {
    memset(out, 0, (size_t)grid->log_factor_count * sizeof *out);
    for (int r = 0; r < count; r++) {
        double pull = rows[r].weight * combine(&rows[r], values);
        for (int k = 0; k < rows[r].count; k++)
            out[rows[r].cells[k]] += pull * rows[r].shares[k];
    }
    add_penalty(grid, stiffness, values, out);
}

static double dot(const double a[], const double b[], int count) {
    double sum = 0;
    for (int i = 0; i < count; i++)
        sum += a[i] * b[i];
    return sum;
}

// Solves the normal equations by conjugate gradients, from the values as they are.
static void solve(const Grid *grid, const Combination rows[], int count, double stiffness,
                  double values[]) {
    double left[GRID_CELLS], way[GRID_CELLS], image[GRID_CELLS];
    int cells = grid->log_factor_count;
    apply(grid, rows, count, stiffness, values, image);
    memset(left, 0, sizeof left);
    for (int r = 0; r < count; r++)
        for (int k = 0; k < rows[r].count; k++)
            left[rows[r].cells[k]] += rows[r].weight * rows[r].rest * rows[r].shares[k];
    for (int i = 0; i < cells; i++)
        way[i] = left[i] -= image[i];
    double size = dot(left, left, cells), enough = 1e-16 * size;
    for (int step = 0; step < STEPS && size > enough; step++) {
        apply(grid, rows, count, stiffness, way, image);
        double length = size / dot(way, image, cells);
        for (int i = 0; i < cells; i++) {
            values[i] += length * way[i];
            left[i] -= length * image[i];
        }
        double next = dot(left, left, cells);
        for (int i = 0; i < cells; i++)
            way[i] = left[i] + next / size * way[i];
        size = next;
    }
}

// How many rows lie round each crossing, a neighbour's counting half.
static void set_doubt(Grid *grid, const Combination rows[], int count) {
    double near[GRID_CELLS] = {0};
    int cells = grid->log_factor_count, stride = 1;
    for (int r = 0; r < count; r++)
        for (int k = 0; k < rows[r].count; k++)
            near[rows[r].cells[k]] += rows[r].shares[k];
    double all[GRID_CELLS];
    memcpy(all, near, sizeof all);
    for (int i = GRID_AXES - 1; i >= 0; i--) {
        int lines = grid->axes[i].count;
        for (int cell = 0; cell < cells; cell++) {
            int line = cell / stride % lines;
            all[cell] += line > 0 ? near[cell - stride] / 2 : 0;
            all[cell] += line < lines - 1 ? near[cell + stride] / 2 : 0;
        }
        stride *= lines;
    }
    for (int cell = 0; cell < cells; cell++)
        grid->doubt[cell] = floor(100 * exp(-all[cell]) + 0.5) / 100;
}

void smooth_fit(Grid *grid, const SmoothRow rows[], int count, double stiffness) {
    memset(grid, 0, sizeof *grid);
    if (count == 0)
        return;
    lay_axes(grid, rows, count);
    Combination *list = heap_take((size_t)count, sizeof *list);
    for (int r = 0; r < count; r++) {
        list[r].rest = rows[r].rest;
        for (int k = 0; k < rows[r].parts; k++)
            add_point(grid, &rows[r].point[k], rows[r].share[k], &list[r]);
    }
    double values[GRID_CELLS] = {0};
    for (int round = 0; round < ROUNDS; round++) {
        for (int r = 0; r < count; r++) {
            double miss = fabs(list[r].rest - combine(&list[r], values));
            list[r].weight = OUTLIER / fmax(miss, OUTLIER);
        }
        solve(grid, list, count, stiffness, values);
    }
    for (int cell = 0; cell < grid->log_factor_count; cell++)
        grid->log_factor[cell] =
            floor(1e4 * fmin(fmax(values[cell], -MOST), MOST) + 0.5) / 1e4; // as it is written
    set_doubt(grid, list, count);
    free(list);
}
