#include "validate/host/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "sim/base/clock.h"
#include "sim/base/heap.h"
#include "validate/host/kernel.h"
#include "validate/reference.h"

// Operands in rotation are so many times as large as the caches: at twice their size a quarter of what is read still comes
// from there.
#define COLD_TIMES 4
// A sample lasts at least this long, so that the clock's 30 ns and what a run now and then suffers count little.
#define SAMPLE_S   400e-6
#define LEAST_RUNS 1
#define MOST_RUNS  100000

static void nothing(void *context, int thread, int threads) {
    (void)context, (void)thread, (void)threads;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

#define LAUNCHES 401

// Median time of an empty parallel region.
static double launch_s(const HostTeam *team) {
    double times_s[LAUNCHES];
    for (int i = 0; i < LAUNCHES; i++) {
        double begin = clock_s();
        host_team_run(team, nothing, NULL);
        times_s[i] = clock_s() - begin;
    }
    qsort(times_s, LAUNCHES, sizeof *times_s, by_size);
    return times_s[LAUNCHES / 2];
}

// As the kernel names the processor.
static void name_processor(char *name, size_t size) {
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "r");
    snprintf(name, size, "host");
    while (file && fgets(line, sizeof line, file)) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) != 0 || !colon)
            continue;
        line[strcspn(line, "\n")] = '\0';
        snprintf(name, size, "%.80s", colon + 2);
        break;
    }
    if (file)
        fclose(file);
}

static void describe(const HostDevice *device, Device *about) {
    struct utsname system;
    const dnnl_version_t *version = device->team.library.dnnl_version();
    *about = (Device){.backend = "host", .chip = "host", .cores = device->team.threads};
    name_processor(about->device, sizeof about->device);
    if (uname(&system) == 0)
        snprintf(about->driver, sizeof about->driver, "%.20s %.60s", system.sysname,
                 system.release);
    snprintf(about->libraries, sizeof about->libraries, "oneDNN %d.%d.%d", version->major,
             version->minor, version->patch);
    snprintf(about->version, sizeof about->version, "%s", CHIPFIT_REVISION);
    about->memory_bytes = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
    about->store_bytes = device->team.store_bytes;
    about->launch_s = launch_s(&device->team);
}

static void host_close(void *opened) {
    HostDevice *device = opened;
    if (device->stream)
        device->team.library.dnnl_stream_destroy(device->stream);
    if (device->engine)
        device->team.library.dnnl_engine_destroy(device->engine);
    host_team_close(&device->team);
    host_rooms_free(&device->rooms);
    free(device);
}

static bool host_open(void **opened, Device *about, Error *err) {
    HostDevice *device = heap_take(1, sizeof *device);
    if (!host_team_open(&device->team, err)) {
        free(device);
        return false;
    }
    const HostLibrary *library = &device->team.library;
    *opened = device;
    if (library->dnnl_engine_create(&device->engine, dnnl_cpu, 0) != dnnl_success ||
        library->dnnl_stream_create(&device->stream, device->engine, dnnl_stream_default_flags) !=
            dnnl_success) {
        host_close(device);
        return error_set(err, "oneDNN does not start");
    }
    describe(device, about);
    return true;
}

static void host_end(void *opened) {
    HostDevice *device = opened;
    for (int i = 0; i < device->count; i++)
        host_drop(&device->kernels[i]);
    host_rooms_clear(&device->rooms);
    free(device->kernels);
    device->kernels = NULL;
    device->count = 0;
}

static RunStatus host_begin(void *opened, const Task tasks[], int count, Measurement *out) {
    HostDevice *device = opened;
    bool layer = tasks[0].kind == TASK_LAYER;
    const Task *parts = layer ? tasks + 1 : tasks;
    int part_count = layer ? count - 1 : 1;
    device->kernels = heap_take((size_t)part_count, sizeof *device->kernels);
    device->rotated = false;
    host_watch_begin(&device->watch, &device->team);
    RunStatus status = RUN_MEASURED;
    for (int i = 0; i < part_count && status == RUN_MEASURED; i++) {
        HostKernel *kernel = &device->kernels[device->count++];
        *kernel = (HostKernel){
            .device = device, .task = parts[i], .seed = reference_seed(layer ? i + 1 : 0)};
        status = host_prepare(kernel, out);
    }
    if (status == RUN_MEASURED && layer)
        snprintf(out->kernel, sizeof out->kernel, "%d kernels one after another", part_count);
    return status;
}

// One run of all parts; in turn: on the next copy of the operands.
static bool run_all(HostDevice *device, bool in_turn) {
    bool good = true;
    for (int i = 0; i < device->count; i++) {
        HostKernel *kernel = &device->kernels[i];
        int times = device->count > 1 && kernel->task.times > 1 ? kernel->task.times : 1;
        for (int k = 0; k < times; k++) {
            kernel->turn += in_turn;
            kernel->run(kernel);
        }
        good &= !kernel->wrong;
    }
    return good;
}

static RunStatus host_run(void *opened, Measurement *out) {
    if (run_all(opened, false))
        return RUN_MEASURED;
    return host_fail(out, RUN_FAILED, "oneDNN refused to run");
}

static RunStatus host_read(void *opened, int part, const long places[], int count, double values[],
                           Measurement *out) {
    HostDevice *device = opened;
    int index = part > 0 ? part - 1 : 0;
    if (index >= device->count)
        return host_fail(out, RUN_FAILED, "there is no part %d", part);
    const HostKernel *kernel = &device->kernels[index];
    for (int i = 0; i < count; i++)
        values[i] = kernel->read(kernel, places[i]);
    return RUN_MEASURED;
}

static double host_sample(void *opened, bool cold, Measurement *out) {
    HostDevice *device = opened;
    bool layer = device->count > 1;
    if (cold && !device->rotated &&
        !host_rotate(device->kernels, device->count, COLD_TIMES * device->team.store_bytes,
                     layer)) {
        host_fail(out, RUN_OUT_OF_MEMORY, "no memory for operands in rotation");
        return (double)NAN;
    }
    device->rotated |= cold;
    bool good = true;
    int runs = 0;
    host_watch_pulse(&device->watch, &device->team);
    host_watch_enter(&device->watch);
    double begin_s = clock_s(), end_s = begin_s;
    while (good && runs < MOST_RUNS && (runs < LEAST_RUNS || end_s < begin_s + SAMPLE_S)) {
        good = run_all(device, cold);
        end_s = clock_s();
        runs++;
    }
    host_watch_leave(&device->watch, &device->team);
    host_watch_tell(&device->watch, &out->rounds[0]);
    if (good)
        return (end_s - begin_s) / runs;
    host_fail(out, RUN_FAILED, "oneDNN refused to run");
    return (double)NAN;
}

const Backend HOST_BACKEND = {
    .name = "host",
    .open = host_open,
    .close = host_close,
    .prepare = host_begin,
    .run = host_run,
    .read = host_read,
    .sample = host_sample,
    .drop = host_end,
};
