// Prefill on wgmma and the tensor copy engine.
#include "validate/cuda/attention_gpu.cuh"
#include "validate/cuda/attention_launch.cuh"

template <class Config>
__global__ void __launch_bounds__(Config::threads, 1)
    attention_hopper(const __grid_constant__ PrefillShape shape,
                     const __grid_constant__ HopperMaps<CUtensorMap> maps) {
#ifdef ATTENTION_SM90
    GpuThread thread;
    hopper_body<Config>(thread, shape, maps);
#endif
}

typedef CUresult (*EncodeTiled)(CUtensorMap *, CUtensorMapDataType, cuuint32_t, void *,
                                const cuuint64_t *, const cuuint64_t *, const cuuint32_t *,
                                const cuuint32_t *, CUtensorMapInterleave, CUtensorMapSwizzle,
                                CUtensorMapL2promotion, CUtensorMapFloatOOBfill);

// The driver's function, asked for by name so that nothing links against the driver.
static cudaError_t find_encode(EncodeTiled *encode) {
    void *found = NULL;
    cudaDriverEntryPointQueryResult result;
#if CUDART_VERSION >= 12050
    cudaError_t error = cudaGetDriverEntryPointByVersion("cuTensorMapEncodeTiled", &found, 12000,
                                                         cudaEnableDefault, &result);
#else
    cudaError_t error =
        cudaGetDriverEntryPoint("cuTensorMapEncodeTiled", &found, cudaEnableDefault, &result);
#endif
    if (error != cudaSuccess)
        return error;
    if (result != cudaDriverEntryPointSuccess || !found)
        return cudaErrorSymbolNotFound;
    *encode = (EncodeTiled)found;
    return cudaSuccess;
}

// A tensor (sequence, token, head, dim) of bf16, copied as panels of `rows` tokens x 64 dims. What lies outside is zeros.
static cudaError_t encode_map(EncodeTiled encode, CUtensorMap *map, const void *data, int dims,
                              int heads, int tokens, int sequences, int rows) {
    cuuint64_t sizes[4] = {(cuuint64_t)dims, (cuuint64_t)heads, (cuuint64_t)tokens,
                           (cuuint64_t)sequences};
    cuuint64_t strides[3] = {sizes[0] * 2, sizes[0] * sizes[1] * 2,
                             sizes[0] * sizes[1] * sizes[2] * 2}; // bytes
    cuuint32_t box[4] = {64, 1, (cuuint32_t)rows, 1}, steps[4] = {1, 1, 1, 1};
    CUresult result =
        encode(map, CU_TENSOR_MAP_DATA_TYPE_BFLOAT16, 4, const_cast<void *>(data), sizes, strides,
               box, steps, CU_TENSOR_MAP_INTERLEAVE_NONE, CU_TENSOR_MAP_SWIZZLE_128B,
               CU_TENSOR_MAP_L2_PROMOTION_L2_256B, CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE);
    return result == CUDA_SUCCESS ? cudaSuccess : cudaErrorInvalidValue;
}

template <class Config>
static cudaError_t enqueue(const CudaAttention *plan, const PrefillShape &shape,
                           cudaStream_t stream) {
    HopperMaps<CUtensorMap> maps;
    EncodeTiled encode = NULL;
    cudaError_t error = find_encode(&encode);
    if (error == cudaSuccess)
        error = encode_map(encode, &maps.queries, shape.queries, Config::qk_dim, shape.heads,
                           shape.q_len, shape.batch, Config::rows);
    if (error == cudaSuccess)
        error = encode_map(encode, &maps.keys, shape.keys, Config::qk_dim, shape.kv_heads,
                           shape.kv_len, shape.batch, Config::keys);
    if (error == cudaSuccess)
        error = encode_map(encode, &maps.values, shape.values, Config::v_dim, shape.kv_heads,
                           shape.kv_len, shape.batch, Config::keys);
    if (error != cudaSuccess)
        return error;
    return attention_enqueue(attention_hopper<Config>, attention_blocks(plan), Config::threads,
                             (int)Config::shared_bytes, stream, shape, maps);
}

#define CASE_HOPPER(name, ...)                                                                     \
    case ATTENTION_##name:                                                                         \
        return enqueue<__VA_ARGS__>(plan, shape, stream);
#define CASE_PORTABLE(...)
#define CASE_SPLIT(...)
#define CASE_LATENT(...)
#define CASE_LATENT_HOPPER(...)
#define CASE(name, variant, kind, family, blocks, ...) CASE_##family(name, __VA_ARGS__)

cudaError_t attention_launch_hopper(const CudaAttention *plan, const PrefillShape &shape,
                                    cudaStream_t stream) {
    switch (plan->kernel) {
        ATTENTION_KERNELS(CASE)
    default:
        return cudaErrorInvalidDeviceFunction;
    }
}
