#include "validate/cuda/timing.cuh"

#include <math.h>

#include "sim/base/clock.h"

// Long enough for ten ticks of the energy counter, which moves every 20 to 25 ms on A100 and H100 (Yang, Adamek and Armour
// 2024, "Accurate and convenient energy measurements for GPUs").
#define WATCH_S    0.25
#define ESTIMATE_S 200e-6
#define WATCH_BATCH_S                                                                              \
    10e-3 // of replays queued between two looks, so that the device never waits for NVML

RunStatus cuda_capture(CudaDevice *device, const Enqueue &enqueue, int first, int count,
                       cudaGraphExec_t *graph, Measurement *out) {
    cudaGraph_t captured = NULL;
    CUDA_TRY(cudaStreamBeginCapture(device->stream, cudaStreamCaptureModeThreadLocal));
    RunStatus status = RUN_MEASURED;
    for (int i = 0; i < count && status == RUN_MEASURED; i++)
        status = enqueue(first + i);
    // Ended whatever came, or the stream would be of no more use.
    cudaError_t error = cudaStreamEndCapture(device->stream, &captured);
    if (status == RUN_MEASURED && error == cudaSuccess)
        error = cudaGraphInstantiateWithFlags(graph, captured, 0);
    if (captured)
        cudaGraphDestroy(captured);
    if (status != RUN_MEASURED) {
        cudaGetLastError();
        return status;
    }
    CUDA_TRY(error);
    return RUN_MEASURED;
}

#define WAIT_CYCLES 100000 // 50 to 100 us at 1 to 2 GHz; to launch a graph takes the host about 10

static __global__ void wait_kernel(long long cycles) {
    long long begin = clock64();
    while (clock64() - begin < cycles) {
    }
}

// The device is held up first, so that the whole graph is queued when the first event passes.
RunStatus cuda_replay_time(CudaDevice *device, cudaGraphExec_t graph, double *seconds,
                           Measurement *out) {
    float ms = 0;
    CUDA_TRY(cuda_launch(wait_kernel, 1, 1, 0, device->stream, WAIT_CYCLES));
    CUDA_TRY(cudaEventRecord(device->begin, device->stream));
    CUDA_TRY(cudaGraphLaunch(graph, device->stream));
    CUDA_TRY(cudaEventRecord(device->end, device->stream));
    CUDA_TRY(cudaEventSynchronize(device->end));
    CUDA_TRY(cudaEventElapsedTime(&ms, device->begin, device->end));
    *seconds = (double)ms * 1e-3;
    return RUN_MEASURED;
}

// Best of `replays` replays of a graph of `count` launches, for one launch.
static RunStatus best_of(CudaDevice *device, const Enqueue &enqueue, int count, int replays,
                         double *seconds, Measurement *out) {
    cudaGraphExec_t graph = NULL;
    RUN_TRY(cuda_capture(device, enqueue, 0, count, &graph, out));
    double best = INFINITY, one = 0;
    RunStatus status = RUN_MEASURED;
    for (int i = 0; i < replays && status == RUN_MEASURED; i++) {
        status = cuda_replay_time(device, graph, &one, out);
        best = fmin(best, one / count);
    }
    cudaGraphExecDestroy(graph);
    *seconds = best;
    return status;
}

RunStatus cuda_estimate(CudaDevice *device, const Enqueue &enqueue, int copies, double *seconds,
                        Measurement *out) {
    // Once outside a graph: kernels are loaded at their first launch, which a capture may not allow.
    RUN_TRY(enqueue(0));
    CUDA_TRY(cudaStreamSynchronize(device->stream));
    RUN_TRY(best_of(device, enqueue, 1, 2, seconds, out));
    if (*seconds > 2e-3) // long enough to be told by itself
        return RUN_MEASURED;
    int count = (int)fmin(fmax(ESTIMATE_S / fmax(*seconds, 1e-6), 4), 128);
    count = count < copies ? count : (count + copies - 1) / copies * copies;
    return best_of(device, enqueue, count, 3, seconds, out);
}

RunStatus cuda_timing_make(CudaDevice *device, CudaTiming *timing, const Enqueue &enqueue,
                           int copies, Measurement *out) {
    double seconds = 0;
    RUN_TRY(cuda_estimate(device, enqueue, copies, &seconds, out));
    CudaReplay replay = cuda_replay(seconds, copies);
    timing->launches = replay.launches;
    timing->next = 0;
    timing->watched = false;
    for (int i = 0; i < replay.graphs; i++) {
        cudaGraphExec_t graph = NULL;
        RUN_TRY(cuda_capture(device, enqueue, i * replay.launches, replay.launches, &graph, out));
        timing->graphs.push_back(graph);
        CUDA_TRY(cudaGraphUpload(graph, device->stream));
    }
    CUDA_TRY(cudaStreamSynchronize(device->stream));
    return RUN_MEASURED;
}

static cudaGraphExec_t next_graph(CudaTiming *timing) {
    return timing->graphs[timing->next++ % timing->graphs.size()];
}

RunStatus cuda_timing_sample(CudaDevice *device, CudaTiming *timing, double *seconds,
                             Measurement *out) {
    double replay_s = 0;
    RUN_TRY(cuda_replay_time(device, next_graph(timing), &replay_s, out));
    *seconds = replay_s / timing->launches;
    return RUN_MEASURED;
}

void cuda_timing_drop(CudaTiming *timing) {
    for (size_t i = 0; i < timing->graphs.size(); i++)
        cudaGraphExecDestroy(timing->graphs[i]);
    timing->graphs.clear();
    timing->watched = false;
}

// The energy counter's readings at its first and last tick seen, and when.
struct Ticks {
    double first_j, first_s, last_j, last_s;
    int count;
};

static void see_energy(Ticks *ticks, double energy_j, double time_s) {
    if (isnan(energy_j) || (ticks->count >= 0 && energy_j <= ticks->last_j))
        return;
    ticks->last_j = energy_j;
    ticks->last_s = time_s;
    // The very first reading (count -1) lies somewhere between two ticks.
    if (++ticks->count == 1) {
        ticks->first_j = energy_j;
        ticks->first_s = time_s;
    }
}

RunStatus cuda_timing_watch(CudaDevice *device, CudaTiming *timing, Measurement *out) {
    Ticks ticks = {0, 0, 0, 0, -1};
    double replay_s = 0, power_sum = 0, begin_s = clock_s();
    long launches = 0;
    int powers = 0;
    timing->watched = true;
    // Without NVML, too: clocks rise and settle meanwhile.
    RUN_TRY(cuda_replay_time(device, next_graph(timing), &replay_s, out));
    int batch = (int)fmin(fmax(WATCH_BATCH_S / fmax(replay_s, 1e-6), 1), 1000);
    begin_s = clock_s();
    while (clock_s() - begin_s < WATCH_S) {
        for (int i = 0; i < batch; i++, launches += timing->launches)
            CUDA_TRY(cudaGraphLaunch(next_graph(timing), device->stream));
        see_energy(&ticks, watch_energy_j(device->watch), clock_s());
        watch_look(device->watch);
        double power_w = watch_power_w(device->watch);
        if (!isnan(power_w)) {
            power_sum += power_w;
            powers++;
        }
        CUDA_TRY(cudaStreamSynchronize(device->stream));
    }
    double each_s = (clock_s() - begin_s) / (double)launches;
    watch_take(device->watch, out);
    if (ticks.count >= 3)
        out->power_w = (ticks.last_j - ticks.first_j) / (ticks.last_s - ticks.first_s);
    else if (powers > 0)
        out->power_w = power_sum / powers;
    out->energy_j = out->power_w * each_s;
    return RUN_MEASURED;
}
