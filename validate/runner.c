#include "validate/runner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/clock.h"
#include "sim/base/heap.h"
#include "validate/results_file.h"
#include "validate/rounds.h"
#include "validate/worker.h"

const RunnerOptions RUNNER_DEFAULTS = {
    .sampler = SAMPLER_VALUES,
    .limit_s = 60,
    .rounds = 1,
    .extra_s = 20,
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
    Measurement *all;        // of each task, over its rounds
    bool *begun;             // of each task: all has it
    bool *visited;           // of each task: in this run
    int *held_rows;          // of each task that was begun before: its row in held
    double pulse_flop_per_s; // the best so far
} Run;

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

static bool fits(const Run *run, int index, int row) {
    const Task *task = &run->job.tasks->list[index];
    const Result *held = &run->held.list[row];
    bool done = held->measurement.status != RUN_CHECKED || run->job.options->check_only;
    return !run->used[row] && done && task_same(task, &held->task) &&
           same_device(&run->about, &held->device) &&
           same_parts(run, index, row, tasks_parts(run->job.tasks, index));
}

// The row of the file that the task has, which then stands for no other; -1: none. Of rows that are the same the one with
// its id is its own.
static int find_held(Run *run, int index) {
    int found = -1, id = run->job.tasks->list[index].id;
    for (int row = 0; row < run->held.count; row += 1 + run->held.list[row].measurement.parts) {
        if (!fits(run, index, row))
            continue;
        if (found < 0 || run->held.list[row].task.id == id)
            found = row;
        if (run->held.list[row].task.id == id)
            break;
    }
    if (found >= 0)
        run->used[found] = true;
    return found;
}

static void watch_pulse(Run *run, const Measurement *measurement) {
    for (int i = 0; i < measurement->round_count; i++)
        run->pulse_flop_per_s =
            fmax(run->pulse_flop_per_s, measurement->rounds[i].pulse_flop_per_s);
}

// Takes up what the file holds of the tasks.
static void take_up(Run *run) {
    const Tasks *tasks = run->job.tasks;
    for (int index = 0; index < tasks->count; index += 1 + tasks_parts(tasks, index)) {
        int row = find_held(run, index);
        if (row < 0)
            continue;
        for (int i = 0; i <= tasks_parts(tasks, index); i++)
            run->all[index + i] = run->held.list[row + i].measurement;
        run->begun[index] = true;
        run->held_rows[index] = row;
        watch_pulse(run, &run->all[index]);
    }
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

// What was not visited in this run keeps the words of the run before.
static void add_rows(const Run *run, int index, Text *rows) {
    const Result *held = run->visited[index] ? NULL : &run->held.list[run->held_rows[index]];
    for (int i = 0; i <= tasks_parts(run->job.tasks, index); i++)
        measurement_row(rows, held ? &held[i].task : &run->job.tasks->list[index + i],
                        held ? &held[i].device : &run->about, &run->all[index + i]);
}

static bool append(Run *run, int index, Error *err) {
    Text rows = {0};
    add_rows(run, index, &rows);
    bool good = results_file_append(&run->file, &rows, err);
    text_free(&rows);
    return good;
}

// What a visit found, beside what earlier ones did: one that failed leaves no time standing.
static void take_visit(Run *run, int index, const Measurement visit[], int count) {
    Measurement *all = &run->all[index];
    bool first = !run->begun[index];
    run->begun[index] = run->visited[index] = true;
    watch_pulse(run, visit);
    if (first || visit->status != RUN_MEASURED)
        memcpy(all, visit, (size_t)count * sizeof *all);
    else
        rounds_join(all, visit);
    if (run->job.options->rounds > 1)
        rounds_judge(all, run->pulse_flop_per_s);
}

// Runs one task in the worker, after starting one if there is none.
static bool visit_task(Run *run, int index, Error *err) {
    Device about;
    int count = 1 + tasks_parts(run->job.tasks, index);
    if (run->worker.pid == 0 && !worker_start(&run->worker, &run->job, &about, err))
        return false;
    Measurement *visit = (Measurement *)heap_take((size_t)count, sizeof *visit);
    worker_run(&run->worker, &run->job, index, visit);
    if (visit->status ==
        RUN_FAILED) // a device that failed once may fail on, until it is opened anew
        worker_stop(&run->worker);
    take_visit(run, index, visit, count);
    free(visit);
    bool good = append(run, index, err);
    if (good && run->job.options->told)
        run->job.options->told(run->job.options->context, &run->job.tasks->list[index],
                               &run->all[index], index + count, run->job.tasks->count);
    return good;
}

// Whether the task is due in this round: the first so many it is visited in any case.
static bool is_due(Run *run, int index, int round) {
    Measurement *all = &run->all[index];
    if (!run->begun[index])
        return true;
    if (run->job.options->rounds <= 1 || run->job.options->check_only ||
        all->status != RUN_MEASURED || all->round_count > round)
        return false;
    if (round < run->job.options->rounds)
        return true;
    rounds_judge(all, run->pulse_flop_per_s);
    return !rounds_sound(all);
}

// Once through the tasks. until_s: 0 or the time after which none is begun.
static bool do_round(Run *run, int round, double until_s, Error *err) {
    const Tasks *tasks = run->job.tasks;
    for (int index = 0; index < tasks->count; index += 1 + tasks_parts(tasks, index))
        if (is_due(run, index, round) && (until_s <= 0 || clock_s() < until_s) &&
            !visit_task(run, index, err))
            return false;
    return true;
}

static bool do_tasks(Run *run, Error *err) {
    const RunnerOptions *options = run->job.options;
    double until_s = options->total_s > 0 ? run->begin_s + options->total_s : 0;
    int round = 0;
    for (; round < options->rounds; round++)
        if (!do_round(run, round, until_s, err))
            return false;
    double extra_s = clock_s() + options->extra_s;
    until_s = until_s > 0 ? fmin(until_s, extra_s) : extra_s;
    for (; options->rounds > 1 && round < ROUNDS_MOST; round++)
        if (!do_round(run, round, until_s, err))
            return false;
    return true;
}

// The file as it is to stay: of each task its last row, by what is known of the machine at the end.
static bool finish_file(Run *run, Error *err) {
    const Tasks *tasks = run->job.tasks;
    Text rows = {0};
    for (int row = 0, count; row < run->held.count; row += count) {
        count = 1 + run->held.list[row].measurement.parts;
        for (int i = row; i < row + count && !run->used[row]; i++) {
            const Result *held = &run->held.list[i];
            measurement_row(&rows, &held->task, &held->device, &held->measurement);
        }
    }
    for (int index = 0; index < tasks->count; index += 1 + tasks_parts(tasks, index)) {
        if (!run->begun[index])
            continue;
        rounds_judge(&run->all[index], run->pulse_flop_per_s);
        add_rows(run, index, &rows);
    }
    bool good = results_file_replace(&run->file, &rows, err);
    text_free(&rows);
    return good;
}

static void sum_up(Run *run) {
    const Tasks *tasks = run->job.tasks;
    for (int index = 0; index < tasks->count; index += 1 + tasks_parts(tasks, index)) {
        const Measurement *all = &run->all[index];
        if (!run->begun[index])
            run->summary->left++;
        else if (run->visited[index])
            count_row(run->summary, all->status);
        else
            run->summary->skipped++;
        run->summary->disturbed += run->begun[index] && all->status == RUN_MEASURED &&
                                   run->job.options->rounds > 1 && !rounds_sound(all);
    }
}

bool runner_run(const Backend *backend, const Tasks *tasks, const RunnerOptions *options,
                const char *path, RunnerSummary *summary, bool *machine, Error *err) {
    Run run = {
        .job = {backend, tasks, options},
        .summary = summary,
        .begin_s = clock_s(),
        .pulse_flop_per_s = options->pulse_flop_per_s
    };
    *summary = (RunnerSummary){0};
    *machine = false;
    bool good = results_file_open(&run.file, path, &run.held, err);
    if (good) {
        run.used = (bool *)heap_take((size_t)run.held.count, sizeof *run.used);
        run.begun = (bool *)heap_take((size_t)tasks->count, sizeof *run.begun);
        run.visited = (bool *)heap_take((size_t)tasks->count, sizeof *run.visited);
        run.held_rows = (int *)heap_take((size_t)tasks->count, sizeof *run.held_rows);
        run.all = (Measurement *)heap_take((size_t)tasks->count, sizeof *run.all);
        *machine = true;
        good = worker_start(&run.worker, &run.job, &run.about, err);
        if (good) {
            take_up(&run);
            good = do_tasks(&run, err) && (options->rounds <= 1 || finish_file(&run, err));
            sum_up(&run);
        }
        worker_stop(&run.worker);
    }
    results_file_close(&run.file);
    results_free(&run.held);
    free(run.used);
    free(run.begun);
    free(run.visited);
    free(run.held_rows);
    free(run.all);
    return good;
}
