// cuda/emulator_runtime.hpp — the calls of the CUDA runtime and of cuBLASLt that the backend makes, on the host.
//
// Streams work at once; a captured stream writes down what it would do. Tests set `state` to make a call fail.
#ifndef VALIDATE_CUDA_EMULATOR_RUNTIME_HPP
#define VALIDATE_CUDA_EMULATOR_RUNTIME_HPP

#include "validate/cuda/emulator.hpp"

namespace emulator {

typedef std::vector<std::function<void()>> Works;

struct State {
    int devices;
    int major; // of the compute capability
    int64_t memory_bytes, used_bytes;
    cudaError_t next_launch; // what the next launch says; cudaSuccess after it
    double matmul_factor;    // that products are multiplied by: 1 where they are right
    int allocations;         // alive
    Works *captured;         // NULL: nothing is captured
    std::map<void *, size_t> sizes;
};

static State state = {1, 9, 1 << 30, 0, cudaSuccess, 1, 0, NULL, {}};

inline void work(const std::function<void()> &what) {
    if (state.captured)
        state.captured->push_back(what);
    else
        what();
}

template <typename... Parameters, typename... Arguments>
cudaError_t launch(const cudaLaunchConfig_t *config, void (*kernel)(Parameters...),
                   Arguments... arguments) {
    dim3 grid = config->gridDim, threads = config->blockDim;
    cudaError_t error = state.next_launch;
    state.next_launch = cudaSuccess;
    if (error != cudaSuccess)
        return error;
    if (grid.x == 0 || grid.y != 1 || threads.x * threads.y == 0 || threads.x * threads.y > THREADS)
        return cudaErrorInvalidConfiguration;
    work([=] { run_grid(grid, threads, [&] { kernel(arguments...); }); });
    return cudaSuccess;
}

} // namespace emulator

#define cudaLaunchKernelEx emulator::launch

extern "C" {

cudaError_t cudaGetDeviceCount(int *count) {
    *count = emulator::state.devices;
    return cudaSuccess;
}
cudaError_t cudaSetDevice(int) {
    return cudaSuccess;
}
cudaError_t cudaGetDeviceProperties(cudaDeviceProp *properties, int) {
    memset(properties, 0, sizeof *properties);
    snprintf(properties->name, sizeof properties->name, "NVIDIA H100 80GB HBM3");
    properties->multiProcessorCount = 4;
    properties->major = emulator::state.major;
    properties->l2CacheSize = 10000;
    properties->totalGlobalMem = (size_t)emulator::state.memory_bytes;
    return cudaSuccess;
}
cudaError_t cudaRuntimeGetVersion(int *version) {
    *version = 13000;
    return cudaSuccess;
}
cudaError_t cudaDriverGetVersion(int *version) {
    *version = 13000;
    return cudaSuccess;
}
cudaError_t cudaDeviceGetPCIBusId(char *text, int size, int) {
    snprintf(text, (size_t)size, "0000:00:00.0");
    return cudaSuccess;
}
cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned) {
    *stream = static_cast<cudaStream_t>(malloc(1));
    return cudaSuccess;
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
    free(stream);
    return cudaSuccess;
}
cudaError_t cudaStreamSynchronize(cudaStream_t) {
    return emulator::state.captured ? cudaErrorStreamCaptureUnsupported : cudaSuccess;
}
cudaError_t cudaStreamWaitEvent(cudaStream_t, cudaEvent_t, unsigned) {
    return cudaSuccess;
}
cudaError_t cudaEventCreate(cudaEvent_t *event) {
    *event = static_cast<cudaEvent_t>(calloc(1, sizeof(double)));
    return cudaSuccess;
}
cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned) {
    return cudaEventCreate(event);
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
    free(event);
    return cudaSuccess;
}
cudaError_t cudaEventRecord(cudaEvent_t, cudaStream_t) {
    return cudaSuccess;
}
cudaError_t cudaEventSynchronize(cudaEvent_t) {
    return cudaSuccess;
}
// Time is no concern here: each replay takes 3 ms.
cudaError_t cudaEventElapsedTime(float *ms, cudaEvent_t, cudaEvent_t) {
    *ms = 3;
    return cudaSuccess;
}
cudaError_t cudaGetLastError(void) {
    return cudaSuccess;
}
const char *cudaGetErrorName(cudaError_t error) {
    return error == cudaErrorIllegalAddress ? "cudaErrorIllegalAddress" : "cudaError";
}
const char *cudaGetErrorString(cudaError_t) {
    return "as the test wanted";
}
cudaError_t cudaMemGetInfo(size_t *free_bytes, size_t *total_bytes) {
    *free_bytes = (size_t)(emulator::state.memory_bytes - emulator::state.used_bytes);
    *total_bytes = (size_t)emulator::state.memory_bytes;
    return cudaSuccess;
}
cudaError_t cudaMalloc(void **to, size_t bytes) {
    if (emulator::state.captured)
        return cudaErrorStreamCaptureUnsupported;
    if (emulator::state.used_bytes + (int64_t)bytes > emulator::state.memory_bytes)
        return cudaErrorMemoryAllocation;
    *to = aligned_alloc(256, (bytes + 255) / 256 * 256);
    memset(*to, 0xab, bytes); // what lay there before
    emulator::state.sizes[*to] = bytes;
    emulator::state.used_bytes += (int64_t)bytes;
    emulator::state.allocations++;
    return cudaSuccess;
}
cudaError_t cudaFree(void *memory) {
    if (memory) {
        emulator::state.used_bytes -= (int64_t)emulator::state.sizes[memory];
        emulator::state.sizes.erase(memory);
        emulator::state.allocations--;
    }
    free(memory);
    return cudaSuccess;
}
cudaError_t cudaMemsetAsync(void *to, int value, size_t bytes, cudaStream_t) {
    emulator::work([=] { memset(to, value, bytes); });
    return cudaSuccess;
}
cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, cudaMemcpyKind,
                            cudaStream_t) {
    emulator::work([=] { memcpy(to, from, bytes); });
    return cudaSuccess;
}

cudaError_t cudaStreamBeginCapture(cudaStream_t, cudaStreamCaptureMode) {
    emulator::state.captured = new emulator::Works;
    return cudaSuccess;
}
cudaError_t cudaStreamEndCapture(cudaStream_t, cudaGraph_t *graph) {
    *graph = reinterpret_cast<cudaGraph_t>(emulator::state.captured);
    emulator::state.captured = NULL;
    return cudaSuccess;
}
cudaError_t cudaGraphInstantiateWithFlags(cudaGraphExec_t *runs, cudaGraph_t graph,
                                          unsigned long long) {
    *runs = reinterpret_cast<cudaGraphExec_t>(
        new emulator::Works(*reinterpret_cast<emulator::Works *>(graph)));
    return cudaSuccess;
}
cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
    delete reinterpret_cast<emulator::Works *>(graph);
    return cudaSuccess;
}
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t graph) {
    delete reinterpret_cast<emulator::Works *>(graph);
    return cudaSuccess;
}
cudaError_t cudaGraphUpload(cudaGraphExec_t, cudaStream_t) {
    return cudaSuccess;
}
cudaError_t cudaGraphLaunch(cudaGraphExec_t graph, cudaStream_t) {
    for (const std::function<void()> &what : *reinterpret_cast<emulator::Works *>(graph))
        what();
    return cudaSuccess;
}

} // extern "C"

#endif
