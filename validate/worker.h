// worker.h — a child process that holds the device and runs tasks when told; if it dies or hangs, its parent goes on.
//
//     Worker worker;
//     if (worker_start(&worker, &job, &about, &err))
//         worker_run(&worker, &job, index, measurements);     one for the task, one for each part
//     worker_stop(&worker);
#ifndef VALIDATE_WORKER_H
#define VALIDATE_WORKER_H

#include <sys/types.h>

#include "validate/backend.h"
#include "validate/runner.h"

#ifdef __cplusplus
extern "C" {
#endif

// What a worker works at; the child has a copy from the moment of its start.
typedef struct Job {
    const Backend *backend;
    const Tasks *tasks;
    const RunnerOptions *options;
} Job;

typedef struct Worker {
    pid_t pid; // 0: none
    int line;  // a socket to it
} Worker;

// Starts the process and waits until it has opened the device. false: it could not; no process is left.
bool worker_start(Worker *worker, const Job *job, Device *about, Error *err);

// Runs the task at `index`: out[0] is filled, and out[1 .. parts] for a layer. A worker that was lost meanwhile has pid 0
// and out[0] tells how.
void worker_run(Worker *worker, const Job *job, int index, Measurement out[]);

// Ends the process, if there is one.
void worker_stop(Worker *worker);

// The child's side: runs task and parts on an open device, check first.
void worker_task(const Job *job, void *device, int index, Measurement out[]);

// Measurements of a task and its parts that tell no more than a status.
void worker_blank(const Job *job, int index, RunStatus status, Measurement out[]);

#ifdef __cplusplus
}
#endif
#endif
