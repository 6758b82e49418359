// case_op.h — published kernels and collectives as ops.
#ifndef VALIDATE_CASE_OP_H
#define VALIDATE_CASE_OP_H

#include "validate/case.h"

#ifdef __cplusplus
extern "C" {
#endif

// The parts of case_read and case_predict for rows of one kernel.
bool case_read_op(const Csv *csv, const Catalog *catalog, Case *it, Error *err);
bool case_predict_op(Case *it, const Profile *profile, CaseAnswer *answer);

// Of case.c: always true; and a unit in base units, 0 where it is not known.
bool case_skip(Case *it, const char *why);
double case_unit(const char *word);

#ifdef __cplusplus
}
#endif
#endif
