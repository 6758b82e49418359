#include "validate/host/probe.h"

#include <stdio.h>
#include <stdlib.h>

#include "sim/base/clock.h"
#include "validate/host/host.h"
#include "validate/host/vector.h"

// --- Cores -------------------------------------------------------------------------------------------------------------

#define CHAIN 200000
#define CHAIN_CYCLES                                                                               \
    4 // a 64-bit multiplication takes 3 cycles, an addition 1, on the x86 and Arm cores of 2013 and later
#define TRIES 20

// From a chain in which each step waits for the one before.
static double clock_of_core(void) {
    double best_s = INFINITY;
    volatile uint64_t start = 1;
    for (int i = 0; i < TRIES; i++) {
        uint64_t x = start;
        double begin_s = clock_s();
        for (int k = 0; k < CHAIN; k++)
            x = x * 6364136223846793005u + 1442695040888963407u;
        start = x;
        best_s = fmin(best_s, clock_s() - begin_s);
    }
    return CHAIN_CYCLES * (double)CHAIN / best_s;
}

// What each thread repeats; results go to `sink`, so that they are worked out.
typedef struct Loop {
    long repeats;
    float *data; // all threads'
    long count;  // numbers
    float sink[HOST_THREADS];
} Loop;

#define EXPONENTS 2048

HOST_WIDEST static float exponentials(long repeats) {
    float x[EXPONENTS], y[EXPONENTS], sum = 0;
    for (int i = 0; i < EXPONENTS; i++)
        x[i] = (float)i * (-8.0f / EXPONENTS);
    for (long k = 0; k < repeats; k++) {
        for (int i = 0; i < EXPONENTS; i++)
            y[i] = host_exp(x[i]);
        sum += y[k % EXPONENTS];
        x[k % EXPONENTS] += 1e-3f;
    }
    return sum;
}

static void exponentiate(void *context, int thread, int threads) {
    Loop *loop = context;
    (void)threads;
    loop->sink[thread] = exponentials(loop->repeats);
}

HOST_WIDEST static float read_all(const float *data, long count) {
    HostLanes sums[4] = {{0}}, x;
    for (long i = 0; i + 4 * HOST_LANES <= count; i += 4 * HOST_LANES)
        for (int k = 0; k < 4; k++) {
            memcpy(&x, data + i + k * HOST_LANES, sizeof x);
            sums[k] += x;
        }
    sums[0] += sums[1] + sums[2] + sums[3];
    return host_sum_lanes(&sums[0]);
}

static void read_share(void *context, int thread, int threads) {
    Loop *loop = context;
    long from, to;
    float sum = 0;
    host_share(loop->count / (4 * HOST_LANES), thread, threads, &from, &to);
    for (long i = 0; i < loop->repeats; i++)
        sum += read_all(loop->data + from * 4 * HOST_LANES, (to - from) * 4 * HOST_LANES);
    loop->sink[thread] = sum;
}

// Least time of one repeat of the work in all threads.
static double repeat_s(const HostTeam *team, HostWork *work, Loop *loop, int tries) {
    double best_s = INFINITY;
    for (int i = 0; i < tries; i++) {
        double begin_s = clock_s();
        host_team_run(team, work, loop);
        best_s = fmin(best_s, (clock_s() - begin_s) / (double)loop->repeats);
    }
    return best_s;
}

// --- Memory ------------------------------------------------------------------------------------------------------------

#define LEAST_READ_BYTES 16384.0 // a thread's
#define READ_PASS_BYTES  8e6     // of each thread in one go
#define MEMORY_STORES    4       // times the last-level cache: what is read comes from memory

static bool probe_reading(const HostTeam *team, HostProbe *probe) {
    HostKernel room = {.device = NULL};
    double most = MEMORY_STORES * team->store_bytes;
    HostDevice device = {.team = *team};
    room.device = &device;
    Loop *loop = calloc(1, sizeof *loop);
    int buffer = host_buffer(&room, most, false);
    if (!loop || buffer < 0) {
        host_rooms_free(&device.rooms);
        free(loop);
        return false;
    }
    loop->data = host_data(&room, buffer);
    memset(loop->data, 0, (size_t)most);
    for (double bytes = LEAST_READ_BYTES * team->threads;
         bytes <= most && probe->size_count < HOST_PROBE_SIZES; bytes *= 2) {
        loop->count = (long)(bytes / sizeof(float));
        loop->repeats = (long)fmax(1, READ_PASS_BYTES * team->threads / bytes);
        double rate = bytes / repeat_s(team, read_share, loop, TRIES);
        probe->sizes[probe->size_count++] = (HostProbeSize){bytes, rate};
        if (bytes <= team->store_bytes / 2)
            probe->store_bytes_per_s = rate;
        probe->read_bytes_per_s = rate;
    }
    host_drop(&room);
    host_rooms_free(&device.rooms);
    free(loop);
    return true;
}

// --- Kernels -----------------------------------------------------------------------------------------------------------

#define PEAK_S        0.2 // of samples of a shape
#define LEAST_SAMPLES 3

// The least of many samples, as no noise makes a kernel faster; NaN: not run, `status` and out->detail say why.
static double least_s(void *device, const Task *task, bool cold, RunStatus *status,
                      Measurement *out) {
    *status = HOST_BACKEND.prepare(device, task, 1, out);
    if (*status == RUN_MEASURED)
        *status = HOST_BACKEND.run(device, out);
    double best_s = INFINITY, begin_s = clock_s();
    for (int i = 0; *status == RUN_MEASURED && (i < LEAST_SAMPLES || clock_s() < begin_s + PEAK_S);
         i++)
        best_s = fmin(best_s, HOST_BACKEND.sample(device, cold, out));
    HOST_BACKEND.drop(device);
    return *status == RUN_MEASURED ? best_s : (double)NAN;
}

static bool probe_peak(void *device, Format format, HostProbe *probe, Error *err) {
    static const int SHAPES[][3] = {
        {512,  1024, 1024},
        {1024, 1024, 1024},
        {512,  2048, 2048},
        {256,  4096, 1024},
    };
    Math math = FORMATS[format].math;
    for (size_t i = 0; i < sizeof SHAPES / sizeof SHAPES[0]; i++) {
        const int *shape = SHAPES[i];
        Task task;
        Measurement out = {0};
        RunStatus status;
        task_init(&task);
        task.m = shape[0];
        task.n = shape[1];
        task.k = shape[2];
        task.a = task.b = (int)format;
        double time_s = least_s(device, &task, false, &status, &out);
        if (status == RUN_UNSUPPORTED)
            return true;
        if (status != RUN_MEASURED)
            return error_set(err, "matmul in %s: %s", FORMAT_NAMES[format], out.detail);
        double rate = task_flop(&task) / time_s;
        if (rate <= probe->flop_per_s[math])
            continue;
        probe->flop_per_s[math] = rate;
        snprintf(probe->shape[math], sizeof probe->shape[math], "%d x %d x %d", shape[0], shape[1],
                 shape[2]);
    }
    return true;
}

// Bytes moved a second by a kernel of streams that are larger than the caches.
static bool probe_stream(void *device, TaskKind kind, double bytes, double *rate, Error *err) {
    Task task;
    Measurement out = {0};
    RunStatus status;
    task_init(&task);
    task.kind = (int)kind;
    task.bytes = bytes;
    double time_s = least_s(device, &task, true, &status, &out);
    if (status != RUN_MEASURED)
        return error_set(err, "%s: %s", TASK_KIND_WORDS[kind], out.detail);
    *rate = task_bytes(&task) / time_s;
    return true;
}

#define ADD_REPEATS 200000
#define EXP_REPEATS 500

bool host_probe(void *opened, const Device *about, HostProbe *probe, Error *err) {
    HostDevice *device = opened;
    const HostTeam *team = &device->team;
    *probe = (HostProbe){.about = *about};
    probe->clock_hz = clock_of_core();
    Loop *loop = calloc(1, sizeof *loop);
    if (!loop || !probe_reading(team, probe)) {
        free(loop);
        return error_set(err, "no memory for the probe");
    }
    for (int i = 0; i < TRIES; i++)
        probe->vector_flop_per_s =
            fmax(probe->vector_flop_per_s, host_pulse_flop_per_s(team, ADD_REPEATS));
    loop->repeats = EXP_REPEATS;
    probe->special_per_s =
        (double)EXPONENTS * team->threads / repeat_s(team, exponentiate, loop, TRIES);
    free(loop);
    return probe_peak(opened, FORMAT_FP32, probe, err) &&
           probe_peak(opened, FORMAT_BF16, probe, err) &&
           probe_peak(opened, FORMAT_INT8, probe, err) &&
           probe_stream(opened, TASK_COPY, MEMORY_STORES * team->store_bytes / 2,
                        &probe->copy_bytes_per_s, err) &&
           probe_stream(opened, TASK_TRIAD, MEMORY_STORES * team->store_bytes / 2,
                        &probe->triad_bytes_per_s, err);
}
