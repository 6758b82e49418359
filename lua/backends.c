#include "lua/backends.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lua/shapes_source.h"
#include "validate/host/host.h"

#define CUDA_PROGRAM "chipfit-cuda"
#define PATH_BYTES   4096

static const char *const NAMES[] = {"host", "cuda"};

// Beside this program: build/chipfit-cuda next to build/chipfit.
static void cuda_program(char path[PATH_BYTES]) {
    ssize_t length = readlink("/proc/self/exe", path, PATH_BYTES - 32);
    path[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(path, '/');
    snprintf(slash ? slash + 1 : path, 32, CUDA_PROGRAM);
}

bool backends_find(const char *name, Error *err) {
    char path[PATH_BYTES];
    Nearest nearest = {0};
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        nearest_offer(&nearest, name, NAMES[i]);
        if (strcmp(name, NAMES[i]) != 0)
            continue;
        cuda_program(path);
        if (i == 0 || access(path, X_OK) == 0)
            return true;
        error_set(err, "backend cuda: there is no program " CUDA_PROGRAM " beside this one");
        return error_hint(err, "make cuda builds it where nvcc is; or write the shapes with "
                               "--shapes OUT.csv, run it elsewhere, and take its results in with "
                               "chipfit validate import");
    }
    error_set(err, "backend: there is none called '%.60s'", name);
    return error_hint(err, nearest.best ? "did you mean '%s'?" : "host or %s",
                      nearest.best ? nearest.best : "cuda");
}

const char *backends_chip(const char *name) {
    return strcmp(name, "host") == 0 ? "host" : "";
}

// --- The CUDA program --------------------------------------------------------------------------------------------------

static void start_program(const char *shapes, const char *results, const RunnerOptions *options) {
    char path[PATH_BYTES], budget[32], total[32];
    cuda_program(path);
    snprintf(budget, sizeof budget, "%.10g", options->sampler.budget_s);
    snprintf(total, sizeof total, "%.10g", options->total_s);
    const char *words[] = {path,       shapes, results,
                           "--budget", budget, options->total_s > 0 ? "--total" : NULL,
                           total,      NULL};
    execv(path, (char *const *)(const void *)words);
    fprintf(stderr, "chipfit: %s: %s\n", path, strerror(errno));
    _exit(3);
}

// Its own runner takes up the results file; its summary stands in that file.
static bool run_cuda(const Tasks *tasks, const RunnerOptions *options, const char *path,
                     bool *machine, Error *err) {
    char shapes[PATH_BYTES];
    int status = 0;
    snprintf(shapes, sizeof shapes, "%s.shapes.csv", path);
    *machine = true;
    if (!shapes_write(tasks, shapes, err))
        return false;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        start_program(shapes, path, options);
    bool ended = child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status);
    unlink(shapes);
    if (ended && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 1))
        return true;
    *machine = !ended || WEXITSTATUS(status) != 2;
    return error_set(err, "backend cuda: %s %s", CUDA_PROGRAM,
                     !ended ? "died" : "failed: see what it said above");
}

bool backends_run(const char *name, const Tasks *tasks, const RunnerOptions *options,
                  const char *path, RunnerSummary *summary, bool *machine, Error *err) {
    *summary = (RunnerSummary){0};
    if (strcmp(name, "cuda") == 0)
        return run_cuda(tasks, options, path, machine, err);
    return runner_run(&HOST_BACKEND, tasks, options, path, summary, machine, err);
}
