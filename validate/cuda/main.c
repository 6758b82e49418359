// chipfit-cuda: measures the tasks of a shapes file on a GPU and appends each to a results file. It needs only the CUDA
// toolkit; `chipfit validate import` takes the results in elsewhere.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/heap.h"
#include "sim/base/unit.h"
#include "validate/cuda/cuda.h"
#include "validate/cuda/plan.h"
#include "validate/runner.h"

static const char USAGE[] =
    "usage: chipfit-cuda SHAPES.csv RESULTS.csv [--check] [--budget SECONDS] [--total SECONDS] "
    "[--device N]\n"
    "\n"
    "Checks and times each task of SHAPES.csv on a GPU, a process of its own, and appends a row to "
    "RESULTS.csv;\n"
    "what stands there already is not run again.\n"
    "\n"
    "  --check            checks results, times nothing\n"
    "  --budget SECONDS   for one timing; each task has two, cold and warm (default 0.5)\n"
    "  --total SECONDS    begins no further task after so long\n"
    "  --device N         the GPU, from 0\n"
    "\n"
    "Exit 0: every task was right or has no kernel here; 1: some were wrong, lost or left; 2: "
    "wrong input; 3: no GPU.\n"
    "\n"
    "  build/chipfit-cuda results/measured/gpu_shapes.csv results.csv --total 500\n";

static char *read_file(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    size_t room = 1 << 16, got;
    if (!file)
        return NULL;
    char *text = heap_resize(NULL, (int64_t)room, 1);
    for (*size = 0; (got = fread(text + *size, 1, room - *size, file)) > 0;) {
        *size += got;
        if (*size == room)
            text = heap_resize(text, (int64_t)(room *= 2), 1);
    }
    bool good = !ferror(file);
    fclose(file);
    if (good)
        return text;
    free(text);
    return NULL;
}

static void print_error(const Error *err) {
    char text[sizeof(Error) + 64];
    error_text(err, text, (int)sizeof text);
    fprintf(stderr, "chipfit-cuda: %s\n", text);
}

// One line a task: rates by the definitions of task.h.
static void tell(void *context, const Task *task, const Measurement *measurement, int done,
                 int count) {
    const Measurement *m = measurement;
    const Timing *cold = &m->cold;
    (void)context;
    printf("%4d/%d %-15s %-28.28s %-13s", done, count, TASK_KIND_WORDS[task->kind], task->name,
           RUN_STATUS_WORDS[m->status]);
    if (m->status == RUN_MEASURED)
        printf(" %10.2f us cold %10.2f warm %7.1f TFLOP/s %6.0f GB/s +-%.1f%%%s%s",
               cold->median_s * 1e6, m->warm.median_s * 1e6, m->flop / cold->median_s * 1e-12,
               m->bytes / cold->median_s * 1e-9, cold->noise * 100, m->throttle[0] ? " " : "",
               m->throttle);
    else if (m->detail[0])
        printf(" %s", m->detail);
    printf("\n");
    fflush(stdout);
}

static bool read_tasks(const char *path, Tasks *tasks, Error *err) {
    size_t size = 0;
    char *text = read_file(path, &size);
    if (!text)
        return error_set(err, "%s: it cannot be read", path);
    bool good = tasks_read(tasks, path, text, size, err);
    free(text);
    return good;
}

static int run(const CudaArguments *arguments, const Tasks *tasks) {
    RunnerOptions options = RUNNER_DEFAULTS;
    RunnerSummary summary = {0};
    Error err = {0};
    bool machine = false;
    options.check_only = arguments->check_only;
    options.total_s = arguments->total_s;
    options.memory_bytes = 0; // CUDA reserves addresses for all memory that there is
    options.told = tell;
    if (arguments->budget_s > 0)
        options.sampler.budget_s = arguments->budget_s;
    if (!runner_run(&CUDA_BACKEND, tasks, &options, arguments->results, &summary, &machine, &err)) {
        print_error(&err);
        return machine ? 3 : 2;
    }
    printf(
        "%d measured, %d checked, %d wrong, %d without a kernel here, %d lost, %d there already, "
        "%d left: %s\n",
        summary.measured, summary.checked, summary.wrong, summary.unsupported, summary.lost,
        summary.skipped, summary.left, arguments->results);
    return summary.wrong || summary.lost || summary.left ? 1 : 0;
}

int main(int count, char **words) {
    CudaArguments arguments;
    Tasks tasks = {0};
    Error err = {0};
    char device[16];
    if (!cuda_arguments(count, words, &arguments, &err)) {
        print_error(&err);
        fputs(USAGE, stderr);
        return 2;
    }
    if (arguments.help) {
        fputs(USAGE, stdout);
        return 0;
    }
    snprintf(device, sizeof device, "%d", arguments.device);
    setenv(CUDA_DEVICE_VARIABLE, device, 1);
    int status = 2;
    if (read_tasks(arguments.shapes, &tasks, &err))
        status = run(&arguments, &tasks);
    else
        print_error(&err);
    tasks_free(&tasks);
    return status;
}
