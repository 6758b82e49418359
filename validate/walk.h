// walk.h — the constants of a kernel class that come nearest to its rows, found by NLopt from where they stand.
#ifndef VALIDATE_WALK_H
#define VALIDATE_WALK_H

#include "validate/work.h"

#ifdef __cplusplus
extern "C" {
#endif

// Walks downhill from the constants in work->profile, by subplex.
void walk_constants(Work *work, const Part *part, int evaluations);

// Constants that name a way of doing it: tries the few values of each.
void walk_choices(Work *work, const Part *part, int evaluations);

// Mean of the rows' |ln(measured / predicted)|, near zero squared.
double walk_loss(Work *work, const Part *part);

// The constant of a field in the fit at hand.
double *walk_constant(Work *work, const Field *field);

#ifdef __cplusplus
}
#endif
#endif
