// import_cases_test.h — a config with the counts that it must give.
#ifndef LUA_IMPORT_CASES_TEST_H
#define LUA_IMPORT_CASES_TEST_H

#include "sim/base/test.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ImportCase {
    const char *name;
    double params, tolerance; // 0: exact
    double active, active_tolerance;
    const char *source; // of the counts
    const char *config; // ' stands for "
} ImportCase;

// Imports the config; every key must be understood and the counts must be met. In import_counts_test.c.
void import_check_case(const ImportCase *given);

#ifdef __cplusplus
}
#endif
#endif
