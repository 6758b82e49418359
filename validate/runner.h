// runner.h — runs tasks one after another in a process of their own, so that a crash, a hang or a lack of memory loses one
// row only, and appends each result to a file.
//
//     parent: results file, time limits ──fork──> child: backend->open, tasks <──socket──> parent
// A child that dies, hangs or reports a failed device is replaced; the next one goes on after the task at hand. A results
// file that exists already is taken up: a row in it stands for one task that is the same (task_same; of layers: all parts)
// on the same device, which is not run again, except where it was checked only and times are wanted. Of each task the result
// is checked before it is timed.
//
// With `rounds` above 1 all tasks are visited so often, one round after the other, and those that are not sound then
// (rounds.h) up to ROUNDS_MOST times, as long as extra_s lasts. A row is appended after each visit, with the samples of all
// visits so far, and the file is left with the last row of each task; a run that was cut off goes on with the visits that
// are missing.
#ifndef VALIDATE_RUNNER_H
#define VALIDATE_RUNNER_H

#include "validate/backend.h"
#include "validate/sampler.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct RunnerOptions {
    SamplerOptions sampler;
    double
        limit_s; // of one task, checks included, and as much for each part; the child is killed then
    double total_s;      // no further task is begun after so long; 0: no limit
    double memory_bytes; // of private memory that a child may write to (RLIMIT_DATA); 0: no limit
    bool check_only;     // checks results and times nothing
    int rounds;          // 1: each task is visited once, as a device with watched clocks needs
    double extra_s;      // for further visits to tasks that are not sound, after the rounds
    double pulse_flop_per_s; // that the device is known to reach (Round); 0: the best of the run
    // Told after each row; may be NULL.
    void (*told)(void *context, const Task *task, const Measurement *measurement, int done,
                 int count);
    void *context;
} RunnerOptions;

extern const RunnerOptions RUNNER_DEFAULTS;

typedef struct RunnerSummary {
    int measured, checked; // checked: right, in a run of checks only
    int wrong, unsupported;
    int lost;      // crashed, timed out, out of memory, failed
    int skipped;   // in the file already
    int left;      // not begun when total_s was over
    int disturbed; // of those measured, in this run or before: not sound, with rounds above 1
} RunnerSummary;

// path: results file, made where it is missing. false: it cannot be written, is not of this kind, or the device cannot be
// opened; *machine then tells the machine's fault (exit 3) from wrong input (exit 2).
bool runner_run(const Backend *backend, const Tasks *tasks, const RunnerOptions *options,
                const char *path, RunnerSummary *summary, bool *machine, Error *err);

#ifdef __cplusplus
}
#endif
#endif
