// One task on an open device: prepared, run, checked, and only then timed.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/base/heap.h"
#include "validate/reference.h"
#include "validate/worker.h"

static void write_time(char *text, size_t size) {
    time_t now = time(NULL);
    struct tm utc;
    if (gmtime_r(&now, &utc))
        strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

static RunStatus check_part(const Job *job, void *device, const Task *task, int part,
                            Measurement *out) {
    long *places = (long *)heap_take(REFERENCE_PLACES, sizeof *places);
    double *values = (double *)heap_take(REFERENCE_PLACES, sizeof *values);
    uint64_t seed = reference_seed(part);
    int count = reference_places(task, seed, places);
    for (int i = 0; i < count; i++)
        values[i] = (double)NAN;
    RunStatus status = job->backend->read(device, part, places, count, values, out);
    if (status == RUN_MEASURED)
        status = reference_compare(task, seed, places, count, values, out);
    free(places);
    free(values);
    return status;
}

// A layer's row tells of its worst part.
static void join_part(Measurement *layer, const Measurement *part, const Task *task, int number) {
    bool worse = !(part->error * layer->tolerance <= layer->error * part->tolerance);
    layer->checked += part->checked;
    if (number == 1 || worse) {
        layer->error = part->error;
        layer->tolerance = part->tolerance;
    }
    if (part->status != RUN_CHECKED && layer->status == RUN_CHECKED) {
        char why[MEASUREMENT_TEXT];
        snprintf(why, sizeof why, "part %d, %.20s: %.50s", number,
                 task->name[0] ? task->name : TASK_KIND_WORDS[task->kind], part->detail);
        memcpy(layer->detail, why, sizeof why);
        layer->status = part->status;
    }
}

static void check(const Job *job, void *device, const Task tasks[], int count, Measurement out[]) {
    if (count == 1) {
        out->status = check_part(job, device, &tasks[0], 0, out);
        return;
    }
    out->status = RUN_CHECKED;
    for (int part = 1; part < count; part++) {
        out[part].status = check_part(job, device, &tasks[part], part, &out[part]);
        join_part(&out[0], &out[part], &tasks[part], part);
    }
}

static void time_it(const Job *job, void *device, Measurement *out) {
    const SamplerOptions *options = &job->options->sampler;
    bool good = sampler_run(job->backend, device, true, options, out) &&
                sampler_run(job->backend, device, false, options, out);
    out->status = good ? RUN_MEASURED : RUN_FAILED;
}

void worker_blank(const Job *job, int index, RunStatus status, Measurement out[]) {
    const Task *tasks = &job->tasks->list[index];
    int parts = tasks_parts(job->tasks, index);
    for (int i = 0; i <= parts; i++) {
        measurement_init(&out[i], &tasks[i]);
        out[i].status = status;
        write_time(out[i].time, sizeof out[i].time);
    }
    out[0].parts = parts;
    for (int i = 1; i <= parts; i++) {
        out[0].flop += tasks[i].times * out[i].flop;
        out[0].bytes += tasks[i].times * out[i].bytes;
    }
}

void worker_task(const Job *job, void *device, int index, Measurement out[]) {
    const Task *tasks = &job->tasks->list[index];
    int count = 1 + tasks_parts(job->tasks, index);
    worker_blank(job, index, RUN_FAILED, out);
    RunStatus status = job->backend->prepare(device, tasks, count, out);
    if (status == RUN_MEASURED)
        status = job->backend->run(device, out);
    if (status == RUN_MEASURED)
        check(job, device, tasks, count, out);
    else // parts share the fate of their layer
        for (int i = 0; i < count; i++)
            out[i].status = status;
    if (out->status == RUN_CHECKED && !job->options->check_only)
        time_it(job, device, out);
    job->backend->drop(device);
}
