// smooth.h — the smooth remainder over shapes: a grid fitted to ln(measured / predicted) by least squares with a penalty on
// curvature and size, so that it follows many rows and fades to nothing where there are none.
#ifndef VALIDATE_SMOOTH_H
#define VALIDATE_SMOOTH_H

#include "hw/profile.h"
#include "sim/fit.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SMOOTH_PARTS 6 // ops of one row that take the same correction

// One measured row: what the formulas leave over, and where its ops lie on the grid.
typedef struct SmoothRow {
    double rest; // ln(measured / predicted)
    int parts;
    double share[SMOOTH_PARTS]; // of the predicted time
    FitPoint point[SMOOTH_PARTS];
} SmoothRow;

// stiffness: weight of the penalty against the rows; larger is smoother. Fills grid; no row: an empty one.
void smooth_fit(Grid *grid, const SmoothRow rows[], int count, double stiffness);

#ifdef __cplusplus
}
#endif
#endif
