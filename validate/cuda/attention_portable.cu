// Prefill on mma.sync.
#include "validate/cuda/attention_gpu.cuh"
#include "validate/cuda/attention_launch.cuh"

template <class Config>
__global__ void __launch_bounds__(Config::threads, Config::shared_bytes <= 100 << 10 ? 2 : 1)
    attention_portable(const __grid_constant__ PrefillShape shape) {
#ifdef ATTENTION_SM80
    GpuThread thread;
    prefill_body<Config>(thread, shape);
#endif
}

template <class Config>
static cudaError_t enqueue(const CudaAttention *plan, const PrefillShape &shape,
                           cudaStream_t stream) {
    return attention_enqueue(attention_portable<Config>, attention_blocks(plan), Config::threads,
                             (int)Config::shared_bytes, stream, shape);
}

#define CASE_PORTABLE(name, ...)                                                                   \
    case ATTENTION_##name:                                                                         \
        return enqueue<__VA_ARGS__>(plan, shape, stream);
#define CASE_HOPPER(...)
#define CASE_SPLIT(...)
#define CASE_LATENT(...)
#define CASE_LATENT_HOPPER(...)
#define CASE(name, variant, kind, family, blocks, ...) CASE_##family(name, __VA_ARGS__)

cudaError_t attention_launch_portable(const CudaAttention *plan, const PrefillShape &shape,
                                      cudaStream_t stream) {
    switch (plan->kernel) {
        ATTENTION_KERNELS(CASE)
    default:
        return cudaErrorInvalidDeviceFunction;
    }
}
