// work.h — the rows of one kernel class while its constants and correction are fitted. For calibrate.c and walk.c only.
#ifndef VALIDATE_WORK_H
#define VALIDATE_WORK_H

#include <math.h>

#include "sim/fit.h"
#include "validate/row.h"

#ifdef __cplusplus
extern "C" {
#endif

// The rows of one class, and the profile whose fit of that class is being tried.
typedef struct Work {
    const Row *const *rows;
    Machine *machines; // one a row would be too many: one for each chip and number of chips
    int *machine_of;
    int *fold;  // that leaves the row out
    int *group; // of families, for the interval
    int count;
    KernelClass of;
    Profile *profile;
    FitPoint seen;
} Work;

// A part of the rows, by index.
typedef struct Part {
    int *rows;
    int count;
} Part;

static inline double work_predict(Work *work, int row) {
    Machine *machine = &work->machines[work->machine_of[row]];
    row_conditions(work->rows[row], machine);
    return row_predict(work->rows[row], machine).time_s;
}

static inline double work_rest(Work *work, int row) {
    return log(work->rows[row]->measured_s / work_predict(work, row));
}

#ifdef __cplusplus
}
#endif
#endif
