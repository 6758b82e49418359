// cuda/attention_launch.cuh — kernels of attention as functions that enqueue them; each family is compiled in a file of its own.
#ifndef VALIDATE_CUDA_ATTENTION_LAUNCH_CUH
#define VALIDATE_CUDA_ATTENTION_LAUNCH_CUH

#include <cuda_runtime.h>

#include "validate/cuda/attention_plan.cuh"

cudaError_t attention_launch_portable(const CudaAttention *plan, const PrefillShape &shape,
                                      cudaStream_t stream);
cudaError_t attention_launch_hopper(const CudaAttention *plan, const PrefillShape &shape,
                                    cudaStream_t stream);
cudaError_t attention_launch_decode(const CudaAttention *plan, const DecodeShape &shape,
                                    cudaStream_t stream);
cudaError_t attention_launch_rotary(const CudaAttention *plan, const RotaryShape &shape,
                                    cudaStream_t stream);

// Enqueues a kernel with more shared memory than a block gets unasked.
template <typename... Parameters>
cudaError_t attention_enqueue(void (*kernel)(Parameters...), int64_t blocks, int threads,
                              int shared_bytes, cudaStream_t stream, Parameters... parameters) {
    int bytes = shared_bytes + ATTENTION_SLACK;
    cudaError_t error =
        cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes);
    if (error != cudaSuccess)
        return error;
    cudaLaunchConfig_t config = {};
    config.gridDim = dim3((unsigned)blocks);
    config.blockDim = dim3((unsigned)threads);
    config.dynamicSmemBytes = (size_t)bytes;
    config.stream = stream;
    return cudaLaunchKernelEx(&config, kernel, parameters...);
}

#endif
