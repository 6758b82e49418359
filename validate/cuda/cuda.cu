#include "validate/cuda/cuda.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "validate/cuda/fill.cuh"
#include "validate/cuda/lt.cuh"
#include "validate/cuda/place.cuh"
#include "validate/cuda/timing.cuh"
#include "validate/reference.h"

#ifndef CHIPFIT_REVISION
#define CHIPFIT_REVISION "unknown"
#endif

#define WORKSPACE_BYTES        (32u << 20) // PyTorch's of cuBLASLt on Hopper; what engines give it
#define WORKSPACE_HOPPER_BYTES (64u << 20)
#define EMPTY_LAUNCHES         256

// The device with the task at hand.
struct CudaRun {
    CudaDevice device;
    std::vector<CudaPart *> parts; // one, or a layer's
    bool layer;
    CudaPlaces places;
    CudaTiming cold, warm;
};

// --- Opening ---------------------------------------------------------------------------------------------------------

static __global__ void empty_kernel() {}

// Of an empty kernel in a graph, the best of a few replays.
static RunStatus launch_time(CudaDevice *device, double *seconds, Measurement *out) {
    cudaGraphExec_t graph = NULL;
    double one = 0;
    *seconds = INFINITY;
    Enqueue enqueue = [=](int) {
        CUDA_TRY(cuda_launch(empty_kernel, 1, 32, 0, device->stream));
        return RUN_MEASURED;
    };
    RUN_TRY(enqueue(0));
    CUDA_TRY(cudaStreamSynchronize(device->stream));
    RUN_TRY(cuda_capture(device, enqueue, 0, EMPTY_LAUNCHES, &graph, out));
    RunStatus status = RUN_MEASURED;
    for (int i = 0; i < 5 && status == RUN_MEASURED; i++) {
        status = cuda_replay_time(device, graph, &one, out);
        *seconds = fmin(*seconds, one / EMPTY_LAUNCHES);
    }
    cudaGraphExecDestroy(graph);
    return status;
}

static RunStatus open_device(CudaDevice *device, Measurement *out) {
    CUDA_TRY(cudaSetDevice(device->number));
    CUDA_TRY(cudaStreamCreateWithFlags(&device->stream, cudaStreamNonBlocking));
    CUDA_TRY(cudaStreamCreateWithFlags(&device->side, cudaStreamNonBlocking));
    CUDA_TRY(cudaEventCreate(&device->begin));
    CUDA_TRY(cudaEventCreate(&device->end));
    CUDA_TRY(cudaEventCreateWithFlags(&device->fork, cudaEventDisableTiming));
    CUDA_TRY(cudaEventCreateWithFlags(&device->join, cudaEventDisableTiming));
    BLAS_TRY(cublasLtCreate(&device->lt));
    device->workspace_bytes = device->major >= 9 ? WORKSPACE_HOPPER_BYTES : WORKSPACE_BYTES;
    CUDA_TRY(cudaMalloc(&device->workspace, device->workspace_bytes));
    CUDA_TRY(cudaMalloc(&device->side_workspace, device->workspace_bytes));
    return RUN_MEASURED;
}

static RunStatus describe(CudaDevice *device, Device *about, Measurement *out) {
    cudaDeviceProp properties;
    int runtime = 0, driver = 0;
    char bus[32] = "", lt[24];
    CUDA_TRY(cudaGetDeviceProperties(&properties, device->number));
    CUDA_TRY(cudaRuntimeGetVersion(&runtime));
    CUDA_TRY(cudaDriverGetVersion(&driver));
    CUDA_TRY(cudaDeviceGetPCIBusId(bus, (int)sizeof bus, device->number));
    device->multiprocessors = properties.multiProcessorCount;
    device->major = properties.major;
    device->minor = properties.minor;
    device->cache_bytes = properties.l2CacheSize;
    device->watch = watch_open(bus);
    lt_version(lt, sizeof lt);
    snprintf(about->backend, sizeof about->backend, "cuda");
    snprintf(about->device, sizeof about->device, "%.90s", properties.name);
    snprintf(about->chip, sizeof about->chip, "%s",
             cuda_chip_name(properties.name, (double)properties.totalGlobalMem));
    watch_driver(device->watch, about->driver, sizeof about->driver);
    if (!about->driver[0])
        snprintf(about->driver, sizeof about->driver, "for CUDA %d.%d", driver / 1000,
                 driver % 1000 / 10);
    snprintf(about->libraries, sizeof about->libraries, "cublasLt %s, cudart %d.%d%s", lt,
             runtime / 1000, runtime % 1000 / 10, device->watch ? "" : ", no NVML");
    snprintf(about->version, sizeof about->version, "%s", CHIPFIT_REVISION);
    about->cores = properties.multiProcessorCount;
    about->memory_bytes = (double)properties.totalGlobalMem;
    about->store_bytes = device->cache_bytes;
    return RUN_MEASURED;
}

static int wanted_device(void) {
    const char *text = getenv(CUDA_DEVICE_VARIABLE);
    return text ? atoi(text) : 0;
}

static bool cuda_open(void **opened, Device *about, Error *err) {
    CudaRun *run = new CudaRun();
    CudaDevice *device = &run->device;
    Measurement out = {};
    int count = 0;
    *about = Device();
    device->number = wanted_device();
    cudaError_t error = cudaGetDeviceCount(&count);
    if (error != cudaSuccess || count == 0)
        error_set(err, "no CUDA device: %s", cudaGetErrorString(error));
    else if (device->number >= count)
        error_set(err, "there is no CUDA device %d, only %d of them", device->number, count);
    else if (describe(device, about, &out) != RUN_MEASURED ||
             open_device(device, &out) != RUN_MEASURED ||
             launch_time(device, &about->launch_s, &out) != RUN_MEASURED)
        error_set(err, "the CUDA device cannot be used: %s", out.detail);
    else {
        *opened = run;
        return true;
    }
    delete run;
    return false;
}

static void drop(void *opened);

static void cuda_close(void *opened) {
    CudaRun *run = static_cast<CudaRun *>(opened);
    drop(run);
    watch_close(run->device.watch);
    cublasLtDestroy(run->device.lt);
    cudaFree(run->device.workspace);
    cudaFree(run->device.side_workspace);
    cudaStreamDestroy(run->device.stream);
    cudaStreamDestroy(run->device.side);
    delete run;
}

// --- One task --------------------------------------------------------------------------------------------------------

// Of a layer's parts the trouble is told with the part's name.
static RunStatus of_part(const CudaRun *run, const CudaPart *part, RunStatus status,
                         Measurement *out) {
    char why[MEASUREMENT_TEXT];
    if (status == RUN_MEASURED || !run->layer)
        return status;
    snprintf(why, sizeof why, "%s", out->detail);
    return cuda_refuse(out, status, "%.24s: %.64s",
                       part->task.name[0] ? part->task.name : TASK_KIND_WORDS[part->task.kind],
                       why);
}

static RunStatus plan_parts(CudaRun *run, const Task tasks[], int count, Measurement *out) {
    run->layer = tasks[0].kind == TASK_LAYER;
    if (run->layer && count < 2)
        return cuda_refuse(out, RUN_UNSUPPORTED, "a layer without parts");
    for (int i = run->layer ? 1 : 0; i < count; i++) {
        CudaPart *part = cuda_part_new(&tasks[i], reference_seed(i));
        if (!part)
            return cuda_refuse(out, RUN_UNSUPPORTED, "no CUDA kernel of kind %s",
                               TASK_KIND_WORDS[tasks[i].kind]);
        run->parts.push_back(part);
        RUN_TRY(of_part(run, part, part->plan(&run->device, out), out));
    }
    return RUN_MEASURED;
}

static RunStatus prepare(void *opened, const Task tasks[], int count, Measurement *out) {
    CudaRun *run = static_cast<CudaRun *>(opened);
    if (run->device.lost)
        return cuda_refuse(out, RUN_FAILED, "the device was lost in the task before");
    RUN_TRY(plan_parts(run, tasks, count, out));
    RUN_TRY(cuda_place(&run->device, run->parts, run->layer, &run->places, out));
    for (CudaPart *part : run->parts) {
        RUN_TRY(of_part(run, part, cuda_fill_part(&run->device, part, out), out));
        RUN_TRY(of_part(run, part, part->choose(&run->device, out), out));
        snprintf(part->name, sizeof part->name, "%s", out->kernel);
    }
    // Too small for the copies that there may be, or too large for the memory.
    double rotated_bytes = run->places.copies * run->places.copy_bytes;
    if (rotated_bytes < 2 * run->device.cache_bytes)
        snprintf(out->detail, sizeof out->detail, "cold samples rotate through %.1f MB only",
                 rotated_bytes * 1e-6);
    if (run->layer)
        snprintf(out->kernel, sizeof out->kernel, "CUDA graph of %zu parts, %d copies",
                 run->parts.size(), run->places.copies);
    return RUN_MEASURED;
}

// Pass number `pass` of the kernel or of the layer's kernels, on the memory of that copy.
static RunStatus enqueue(CudaRun *run, int pass, Measurement *out) {
    for (CudaPart *part : run->parts) {
        int times = run->layer ? part->task.times : 1;
        // So that numbers keep their size from part to part.
        part->alpha = run->layer && part->task.k > 0 ? 1.0f / sqrtf((float)part->task.k) : 1.0f;
        for (int i = 0; i < times; i++)
            RUN_TRY(of_part(run, part, part->launch(&run->device, pass * times + i, out), out));
    }
    return RUN_MEASURED;
}

// One part, its outputs poisoned first.
static RunStatus run_part(CudaRun *run, CudaPart *part, Measurement *out) {
    CudaDevice *device = &run->device;
    for (const Tensor &tensor : part->tensors)
        if (tensor.role == ROLE_OUTPUT)
            RUN_TRY(cuda_poison(device, &tensor, out));
    part->alpha = 1.0f;
    RUN_TRY(part->launch(device, 0, out));
    CUDA_TRY(cudaStreamSynchronize(device->stream));
    return RUN_MEASURED;
}

static RunStatus run_once(void *opened, Measurement *out) {
    CudaRun *run = static_cast<CudaRun *>(opened);
    CudaDevice *device = &run->device;
    if (!run->layer)
        return run_part(run, run->parts[0], out);
    RUN_TRY(enqueue(run, 0, out));
    CUDA_TRY(cudaStreamSynchronize(device->stream));
    return RUN_MEASURED;
}

// Of a layer each part is run anew by itself, on the operands that the reference knows.
static RunStatus read_places(void *opened, int number, const long places[], int count,
                             double values[], Measurement *out) {
    CudaRun *run = static_cast<CudaRun *>(opened);
    CudaPart *part = run->parts[run->layer ? (size_t)number - 1 : 0];
    if (run->layer) {
        snprintf(out->kernel, sizeof out->kernel, "%s", part->name);
        RUN_TRY(part->fill(&run->device, out));
        RUN_TRY(run_part(run, part, out));
    }
    return part->read(&run->device, places, count, values, out);
}

static double sample(void *opened, bool cold, Measurement *out) {
    CudaRun *run = static_cast<CudaRun *>(opened);
    CudaDevice *device = &run->device;
    CudaTiming *timing = cold ? &run->cold : &run->warm;
    int copies = cold ? run->places.copies : 1;
    double seconds = NAN;
    if (timing->graphs.empty()) {
        Enqueue pass = [=](int i) { return enqueue(run, i % copies, out); };
        if (cuda_timing_make(device, timing, pass, copies, out) != RUN_MEASURED)
            return (double)NAN;
    }
    if (cold && !timing->watched && cuda_timing_watch(device, timing, out) != RUN_MEASURED)
        return (double)NAN;
    if (cuda_timing_sample(device, timing, &seconds, out) != RUN_MEASURED)
        return (double)NAN;
    return seconds;
}

static void drop(void *opened) {
    CudaRun *run = static_cast<CudaRun *>(opened);
    cuda_timing_drop(&run->cold);
    cuda_timing_drop(&run->warm);
    for (CudaPart *part : run->parts)
        delete part;
    run->parts.clear();
    cuda_place_drop(&run->places);
    cudaGetLastError();
}

extern "C" const Backend CUDA_BACKEND = {
    "cuda", cuda_open, cuda_close, prepare, run_once, read_places, sample, drop,
};
