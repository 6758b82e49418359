// Decode over pages, its join of splits, and rotary embedding with cache write.
#include "validate/cuda/attention_gpu.cuh"
#include "validate/cuda/attention_launch.cuh"

template <class Config, int blocks>
__global__ void __launch_bounds__(Config::threads, blocks)
    attention_split(const __grid_constant__ DecodeShape shape) {
#ifdef ATTENTION_SM80
    GpuThread thread;
    decode_body<Config>(thread, shape);
#endif
}

template <class Config, int blocks>
__global__ void __launch_bounds__(Config::threads, blocks)
    attention_latent(const __grid_constant__ DecodeShape shape) {
#ifdef ATTENTION_SM80
    GpuThread thread;
    latent_body<Config>(thread, shape);
#endif
}

template <class Config>
__global__ void __launch_bounds__(Config::threads, 1)
    attention_latent_hopper(const __grid_constant__ DecodeShape shape) {
#ifdef ATTENTION_SM90
    GpuThread thread;
    latent_hopper_body<Config>(thread, shape);
#endif
}

template <int v_dim>
__global__ void __launch_bounds__(v_dim / 2)
    attention_join(const __grid_constant__ DecodeShape shape) {
#ifdef ATTENTION_SM80
    GpuThread thread;
    decode_join<v_dim>(thread, shape);
#endif
}

template <bool e4m3>
__global__ void __launch_bounds__(ROTARY_THREADS)
    attention_rotary(const __grid_constant__ RotaryShape shape) {
#ifdef ATTENTION_SM80
    GpuThread thread;
    rotary_body<e4m3>(thread, shape);
#endif
}

template <class Config, int v_dim>
static cudaError_t enqueue(void (*kernel)(DecodeShape), const CudaAttention *plan,
                           const DecodeShape &shape, cudaStream_t stream) {
    cudaError_t error = attention_enqueue(kernel, attention_blocks(plan), Config::threads,
                                          (int)Config::shared_bytes, stream, shape);
    if (error != cudaSuccess || shape.splits == 1)
        return error;
    int64_t rows = (int64_t)shape.batch * shape.q_len * shape.heads;
    return attention_enqueue(attention_join<v_dim>, rows, v_dim / 2, 0, stream, shape);
}

#define CASE_SPLIT(name, blocks, ...)                                                              \
    case ATTENTION_##name:                                                                         \
        return enqueue<__VA_ARGS__, __VA_ARGS__::dims>(attention_split<__VA_ARGS__, blocks>, plan, \
                                                       shape, stream);
#define CASE_LATENT(name, blocks, ...)                                                             \
    case ATTENTION_##name:                                                                         \
        return enqueue<__VA_ARGS__, __VA_ARGS__::v_dim>(attention_latent<__VA_ARGS__, blocks>,     \
                                                        plan, shape, stream);
#define CASE_LATENT_HOPPER(name, blocks, ...)                                                      \
    case ATTENTION_##name:                                                                         \
        return enqueue<__VA_ARGS__, __VA_ARGS__::v_dim>(attention_latent_hopper<__VA_ARGS__>,      \
                                                        plan, shape, stream);
#define CASE_HOPPER(...)
#define CASE_PORTABLE(...)
#define CASE(name, variant, kind, family, blocks, ...) CASE_##family(name, blocks, __VA_ARGS__)

cudaError_t attention_launch_decode(const CudaAttention *plan, const DecodeShape &shape,
                                    cudaStream_t stream) {
    switch (plan->kernel) {
        ATTENTION_KERNELS(CASE)
    default:
        return cudaErrorInvalidDeviceFunction;
    }
}

cudaError_t attention_launch_rotary(const CudaAttention *plan, const RotaryShape &shape,
                                    cudaStream_t stream) {
    void (*kernel)(RotaryShape) =
        attention_is_e4m3(&plan->task) ? attention_rotary<true> : attention_rotary<false>;
    return attention_enqueue(kernel, attention_blocks(plan), ROTARY_THREADS,
                             shape.each * shape.dim * 4, stream, shape);
}
