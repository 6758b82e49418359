// backends.h — what runs tasks, by name: the host's cores in this program's children, or the CUDA program beside it.
#ifndef LUA_BACKENDS_H
#define LUA_BACKENDS_H

#include "validate/runner.h"

#ifdef __cplusplus
extern "C" {
#endif

// Whether there is a backend of that name, and it can be used here: words and how to mend it otherwise.
bool backends_find(const char *name, Error *err);

// Appends results to the file at `path`, which may hold some already. false: see runner_run.
bool backends_run(const char *name, const Tasks *tasks, const RunnerOptions *options,
                  const char *path, RunnerSummary *summary, bool *machine, Error *err);

// chipfit's name for the device's chip, "" where it is known only once it has run.
const char *backends_chip(const char *name);

#ifdef __cplusplus
}
#endif
#endif
