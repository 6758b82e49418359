// clock.h — seconds on a clock that only goes forward.
#ifndef SIM_BASE_CLOCK_H
#define SIM_BASE_CLOCK_H

#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

// Since some moment in the past.
static inline double clock_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

#ifdef __cplusplus
}
#endif
#endif
