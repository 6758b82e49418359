#include "validate/runner.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/base/heap.h"
#include "validate/results_file.h"
#include "validate/worker.h"

const RunnerOptions RUNNER_DEFAULTS = {
    .sampler = SAMPLER_VALUES,
    .limit_s = 60,
};

// A run at work.
typedef struct Run {
    Job job;
    RunnerSummary *summary;
    ResultsFile file;
    Results held; // rows of the file from before
    bool *used;   // of them: stands for a task
    Worker worker;
    Device about;
    double begin_s;
} Run;

static double clock_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static bool same_device(const Device *a, const Device *b) {
    return strcmp(a->backend, b->backend) == 0 && strcmp(a->device, b->device) == 0 &&
           a->cores == b->cores;
}

static bool same_parts(const Run *run, int index, int row, int parts) {
    const Task *tasks = &run->job.tasks->list[index];
    const Result *held = &run->held.list[row];
    if (held->measurement.parts != parts)
        return false;
    for (int i = 1; i <= parts; i++)
        if (!task_same(&tasks[i], &held[i].task) || tasks[i].times != held[i].task.times)
            return false;
    return true;
}

// Whether the file holds the task: takes a row that stands for no other.
static bool holds(Run *run, int index) {
    const Task *task = &run->job.tasks->list[index];
    int parts = tasks_parts(run->job.tasks, index);
    for (int row = 0; row < run->held.count; row += 1 + run->held.list[row].measurement.parts) {
        const Result *held = &run->held.list[row];
        bool done = held->measurement.status != RUN_CHECKED || run->job.options->check_only;
        if (!run->used[row] && done && task_same(task, &held->task) &&
            same_device(&run->about, &held->device) && same_parts(run, index, row, parts)) {
            run->used[row] = true;
            return true;
        }
    }
    return false;
}

static void count_row(RunnerSummary *summary, int status) {
    switch (status) {
    case RUN_MEASURED:
        summary->measured++;
        break;
    case RUN_CHECKED:
        summary->checked++;
        break;
    case RUN_WRONG:
        summary->wrong++;
        break;
    case RUN_UNSUPPORTED:
        summary->unsupported++;
        break;
    default:
        summary->lost++;
        break;
    }
}

static bool append(Run *run, int index, const Measurement out[], int count, Error *err) {
    Text rows = {0};
    for (int i = 0; i < count; i++)
        measurement_row(&rows, &run->job.tasks->list[index + i], &run->about, &out[i]);
    bool good = results_file_append(&run->file, &rows, err);
    text_free(&rows);
    return good;
}

// Runs one task in the worker, after starting one if there is none.
static bool do_task(Run *run, int index, int count, Error *err) {
    Device about;
    if (run->worker.pid == 0 && !worker_start(&run->worker, &run->job, &about, err))
        return false;
    Measurement *out = (Measurement *)heap_take((size_t)count, sizeof *out);
    worker_run(&run->worker, &run->job, index, out);
    if (out->status == RUN_FAILED) // a device that failed once may fail on, until it is opened anew
        worker_stop(&run->worker);
    bool good = append(run, index, out, count, err);
    if (good)
        count_row(run->summary, out->status);
    if (good && run->job.options->told)
        run->job.options->told(run->job.options->context, &run->job.tasks->list[index], out,
                               index + count, run->job.tasks->count);
    free(out);
    return good;
}

static bool do_tasks(Run *run, Error *err) {
    double total_s = run->job.options->total_s;
    int count;
    for (int index = 0; index < run->job.tasks->count; index += count) {
        count = 1 + tasks_parts(run->job.tasks, index);
        if (holds(run, index))
            run->summary->skipped++;
        else if (total_s > 0 && clock_s() - run->begin_s >= total_s)
            run->summary->left++;
        else if (!do_task(run, index, count, err))
            return false;
    }
    return true;
}

bool runner_run(const Backend *backend, const Tasks *tasks, const RunnerOptions *options,
                const char *path, RunnerSummary *summary, bool *machine, Error *err) {
    Run run = {
        .job = {backend, tasks, options},
          .summary = summary, .begin_s = clock_s()
    };
    *summary = (RunnerSummary){0};
    *machine = false;
    bool good = results_file_open(&run.file, path, &run.held, err);
    if (good) {
        run.used = (bool *)heap_take((size_t)run.held.count, sizeof *run.used);
        *machine = true;
        good = worker_start(&run.worker, &run.job, &run.about, err) && do_tasks(&run, err);
        worker_stop(&run.worker);
    }
    results_file_close(&run.file);
    results_free(&run.held);
    free(run.used);
    return good;
}
