// fit_report.h — how well a fitted profile predicts rows that it did not see, as a table.
#ifndef LUA_FIT_REPORT_H
#define LUA_FIT_REPORT_H

#include "hw/profile.h"

#ifdef __cplusplus
extern "C" {
#endif

// A line on standard error when a class is done (CalibrateTold).
void fit_report_tell(void *context, KernelClass which, const FitReport *report);

// On standard output.
void fit_report_print(const Profile *profile);

#ifdef __cplusplus
}
#endif
#endif
