// host.h — what a serving engine adds to a step beside its kernels (hw/engine.h).
#ifndef SIM_HOST_H
#define SIM_HOST_H

#include "sim/step.h"

#ifdef __cplusplus
extern "C" {
#endif

// A unit of work as the host sees it, of the fullest dp group.
typedef struct HostLoad {
    double decoding; // sequences
    double tokens;   // of prompts
} HostLoad;

// Adds the engine's time to the stages' spans of such a unit, where the design names an engine; `counted` of them enter the
// table.
void host_add(Step *step, const HostLoad *load, double counted, Span stages[]);

#ifdef __cplusplus
}
#endif
#endif
