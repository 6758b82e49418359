// probe_tasks.h — the kernels that a probe of the host measures, to which its profile is fitted.
//
// Each class of kernels that a device alone can run has at least the rows that a fit needs, in five shape families or more.
#ifndef VALIDATE_PROBE_TASKS_H
#define VALIDATE_PROBE_TASKS_H

#include "validate/task.h"

#ifdef __cplusplus
extern "C" {
#endif

void probe_tasks(Tasks *tasks);

#ifdef __cplusplus
}
#endif
#endif
