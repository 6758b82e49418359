// runner_test.h — a backend that misbehaves as its tasks are named, and a bench to run it on.
#ifndef VALIDATE_RUNNER_TEST_H
#define VALIDATE_RUNNER_TEST_H

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sim/base/heap.h"
#include "sim/base/test.h"
#include "validate/reference.h"
#include "validate/runner.h"

// ---- the backend

typedef struct Rig {
    const Task *tasks;
    int count, samples;
    bool checked;
    int visits[64]; // of each task, since the device was opened
} Rig;

// Files but standard ones and the line to the parent are not to be seen.
static inline bool inherits(void) {
    int open_files = 0;
    for (int i = 3; i < 256; i++)
        open_files += fcntl(i, F_GETFD) >= 0;
    return open_files != 1;
}

static inline bool rig_open(void **device, Device *about, Error *err) {
    if (inherits())
        return error_set(err, "files of the parent are open");
    *device = heap_take(1, sizeof(Rig));
    *about = (Device){.backend = "rig", .device = "test\trig", .version = "1", .cores = 1};
    return true;
}

static inline void rig_close(void *device) {
    free(device);
}

static inline bool acts(const Rig *rig, const char *how) {
    return strncmp(rig->tasks->name, how, strlen(how)) == 0;
}

static inline RunStatus rig_prepare(void *device, const Task tasks[], int count, Measurement *out) {
    Rig *rig = (Rig *)device;
    rig->tasks = tasks;
    rig->count = count;
    rig->samples = 0;
    rig->checked = false;
    rig->visits[tasks->id]++;
    snprintf(out->kernel, sizeof out->kernel, "rig, %d", count);
    if (!acts(rig, "unsupported"))
        return RUN_MEASURED;
    snprintf(out->detail, sizeof out->detail, "no such kernel");
    return RUN_UNSUPPORTED;
}

static inline void pause_s(double seconds) {
    nanosleep(&(struct timespec){(time_t)seconds, (long)(fmod(seconds, 1) * 1e9)}, NULL);
}

// Takes memory until there is none, then does what a careless library does.
static inline void eat_memory(void) {
    for (;;) {
        char *block = (char *)heap_take(1, 1 << 24);
        for (size_t i = 0; i < 1 << 24; i += 4096)
            *(volatile char *)(block + i) = 1;
    }
}

static inline RunStatus rig_run(void *device, Measurement *out) {
    Rig *rig = (Rig *)device;
    if (acts(rig, "crash") || (acts(rig, "second crash") && rig->visits[rig->tasks->id] == 2))
        raise(SIGSEGV);
    if (acts(rig, "abort"))
        abort();
    if (acts(rig, "killed"))
        raise(SIGKILL);
    if (acts(rig, "exit"))
        _exit(5);
    if (acts(rig, "hang"))
        pause_s(1000);
    if (acts(rig, "memory"))
        eat_memory();
    if (acts(rig, "slow"))
        pause_s(0.01);
    if (!acts(rig, "fail"))
        return RUN_MEASURED;
    snprintf(out->detail, sizeof out->detail, "device lost");
    return RUN_FAILED;
}

static inline RunStatus rig_read(void *device, int part, const long places[], int count,
                                 double values[], Measurement *out) {
    Rig *rig = (Rig *)device;
    const Task *task = &rig->tasks[part];
    (void)out;
    for (int i = 0; i < count; i++) {
        double scale;
        values[i] = reference_output(task, reference_seed(part), places[i], &scale);
    }
    if (strncmp(task->name, "wrong", 5) == 0)
        values[count / 2] += 1;
    if (strncmp(task->name, "poison", 6) == 0)
        values[count - 1] = (double)NAN;
    rig->checked = true;
    return RUN_MEASURED;
}

// What was not checked, or is wrong, must never come here.
static inline double rig_sample(void *device, bool cold, Measurement *out) {
    Rig *rig = (Rig *)device;
    if (!rig->checked || acts(rig, "wrong") || acts(rig, "poison"))
        _exit(9);
    rig->samples++;
    out->power_w = -100; // a sensor's nonsense
    double noise = acts(rig, "noisy") ? 0.05 : 1e-4;
    int visit = rig->visits[rig->tasks->id];
    bool disturbed = acts(rig, "disturbed") || (acts(rig, "once") && visit == 2);
    double slower = disturbed ? 1 + 0.3 * visit : 1;
    out->rounds[0].taken = acts(rig, "taken") ? 0.4 : 0.001;
    return slower * (cold ? 2e-3 : 1e-3) *
           (1 + noise * (double)operand_normal(7, (uint64_t)rig->samples));
}

static inline void rig_drop(void *device) {
    ((Rig *)device)->tasks = NULL;
}

static const Backend RIG = {.name = "rig",
                            .open = rig_open,
                            .close = rig_close,
                            .prepare = rig_prepare,
                            .run = rig_run,
                            .read = rig_read,
                            .sample = rig_sample,
                            .drop = rig_drop};

// ---- the bench

typedef struct Bench {
    char folder[32], path[64];
    Tasks tasks;
    RunnerOptions options;
    RunnerSummary summary;
    bool machine;
    Error err;
} Bench;

static inline Bench bench_new(void) {
    Bench bench = {.folder = "/tmp/chipfit-XXXXXX", .options = RUNNER_DEFAULTS};
    assert_non_null(mkdtemp(bench.folder));
    snprintf(bench.path, sizeof bench.path, "%s/r.csv", bench.folder);
    bench.options.limit_s = 20;
    return bench;
}

static inline void bench_free(Bench *bench) {
    unlink(bench->path);
    assert_int_equal(rmdir(bench->folder), 0);
    tasks_free(&bench->tasks);
}

// A task that acts as it is named. layer: the number of the layer that it is part of.
static inline void add(Bench *bench, const char *name, int kind, int layer) {
    Task task;
    Error err;
    task_init(&task);
    task.id = bench->tasks.count + 1;
    task.kind = kind;
    task.layer = layer;
    task.m = 2 + bench->tasks.count;
    task.n = 8;
    snprintf(task.name, sizeof task.name, "%s", name);
    assert_true(task_finish(&task, &err));
    tasks_add(&bench->tasks, &task);
}

static inline void add_all(Bench *bench, const char *const names[], int count) {
    for (int i = 0; i < count; i++)
        add(bench, names[i], TASK_GATED, 0);
}

static inline bool run(Bench *bench) {
    return runner_run(&RIG, &bench->tasks, &bench->options, bench->path, &bench->summary,
                      &bench->machine, &bench->err);
}

static inline Text contents(const Bench *bench) {
    Text text = {0};
    char block[4096];
    size_t got;
    FILE *file = fopen(bench->path, "rb");
    text_add(&text, "");
    while (file && (got = fread(block, 1, sizeof block, file)) > 0)
        text_add_n(&text, block, got);
    if (file)
        fclose(file);
    return text;
}

static inline void write_contents(const Bench *bench, const char *bytes, size_t size) {
    FILE *file = fopen(bench->path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static inline Results results_of(const Bench *bench) {
    Text text = contents(bench);
    Results results;
    Error err;
    bool cut;
    assert_true(results_read(&results, bench->path, text.data, text.length, &cut, &err));
    assert_false(cut);
    text_free(&text);
    return results;
}

// The file holds each task once, in order.
static inline void assert_whole(const Bench *bench) {
    Results results = results_of(bench);
    assert_int_equal(results.count, bench->tasks.count);
    for (int i = 0; i < results.count; i++) {
        assert_true(task_same(&results.list[i].task, &bench->tasks.list[i]));
        assert_string_equal(results.list[i].task.name, bench->tasks.list[i].name);
        assert_int_equal(results.list[i].task.id, bench->tasks.list[i].id);
    }
    results_free(&results);
}

static inline void assert_nothing_left(Bench *bench, int skipped) {
    Text before = contents(bench);
    assert_true(run(bench));
    Text after = contents(bench);
    assert_string_equal(before.data, after.data);
    assert_int_equal(bench->summary.skipped, skipped);
    assert_int_equal(bench->summary.measured + bench->summary.lost + bench->summary.wrong, 0);
    text_free(&before);
    text_free(&after);
}

#endif
