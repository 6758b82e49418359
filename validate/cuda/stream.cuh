// cuda/stream.cuh — kernels that stream through memory: norm, gate, copy, triad, quantise, dequantise.
//
// Sixteen bytes a load; a row's numbers are kept in registers, so that each byte moves once. Rows are multiples of 8
// numbers (quantise and dequantise: 16).
#ifndef VALIDATE_CUDA_STREAM_CUH
#define VALIDATE_CUDA_STREAM_CUH

#include "validate/cuda/number.cuh"
#include "validate/operand.h"

#define STREAM_THREADS 256

// Sum over the warp, in every lane.
__device__ inline float warp_sum(float x) {
#pragma unroll
    for (int lane = 16; lane > 0; lane /= 2)
        x += __shfl_xor_sync(0xffffffffu, x, lane);
    return x;
}

// Sum over a row's threads (blockDim.x, whole warps); blockDim.y rows in a block.
__device__ inline float row_sum(float x) {
    __shared__ float partial[32];
    unsigned warps = blockDim.x / 32;
    x = warp_sum(x);
    if (warps == 1) // the same in all warps of the block
        return x;
    unsigned first = threadIdx.y * warps;
    if (threadIdx.x % 32 == 0)
        partial[first + threadIdx.x / 32] = x;
    __syncthreads();
    x = 0;
    for (unsigned i = 0; i < warps; i++)
        x += partial[first + i];
    return x;
}

// The largest x of a row's threads.
__device__ inline float row_most(float x) {
    __shared__ float partial[32];
    unsigned warps = blockDim.x / 32, first = threadIdx.y * warps;
#pragma unroll
    for (int lane = 16; lane > 0; lane /= 2)
        x = fmaxf(x, __shfl_xor_sync(0xffffffffu, x, lane));
    if (warps == 1)
        return x;
    if (threadIdx.x % 32 == 0)
        partial[first + threadIdx.x / 32] = x;
    __syncthreads();
    for (unsigned i = 0; i < warps; i++)
        x = fmaxf(x, partial[first + i]);
    return x;
}

struct NormArguments {
    const Half8 *x, *residual, *weight; // m rows, m rows, one row of `chunks` Half8
    Half8 *out, *sum;
    size_t rows;
    unsigned chunks; // at most CHUNKS x blockDim.x
    float width, epsilon;
};

// sum = x + residual; out = sum / sqrt(mean(sum^2) + epsilon) x weight (Zhang and Sennrich 2019). Threads of rows beyond the
// last stay for the barrier.
template <int CHUNKS> __global__ void norm_kernel(NormArguments p) {
    size_t row = (size_t)blockIdx.x * blockDim.y + threadIdx.y;
    bool inside = row < p.rows;
    float kept[CHUNKS][8], squares = 0;
    Half8 x[CHUNKS], residual[CHUNKS];
#pragma unroll
    for (int i = 0; i < CHUNKS; i++) {
        unsigned chunk = threadIdx.x + (unsigned)i * blockDim.x;
        if (inside && chunk < p.chunks) {
            x[i] = p.x[row * p.chunks + chunk];
            residual[i] = p.residual[row * p.chunks + chunk];
        }
    }
#pragma unroll
    for (int i = 0; i < CHUNKS; i++) {
        unsigned chunk = threadIdx.x + (unsigned)i * blockDim.x;
        if (!inside || chunk >= p.chunks)
            continue;
        float right[8];
        half8_split(x[i], kept[i]);
        half8_split(residual[i], right);
#pragma unroll
        for (int j = 0; j < 8; j++) {
            kept[i][j] += right[j];
            squares += kept[i][j] * kept[i][j];
        }
        p.sum[row * p.chunks + chunk] = half8_join(kept[i]);
    }
    float scale = rsqrtf(row_sum(squares) / p.width + p.epsilon);
#pragma unroll
    for (int i = 0; i < CHUNKS; i++) {
        unsigned chunk = threadIdx.x + (unsigned)i * blockDim.x;
        if (!inside || chunk >= p.chunks)
            continue;
        float weight[8];
        half8_split(p.weight[chunk], weight);
#pragma unroll
        for (int j = 0; j < 8; j++)
            kept[i][j] *= scale * weight[j];
        p.out[row * p.chunks + chunk] = half8_join(kept[i]);
    }
}

__device__ inline float silu(float x) {
    return x / (1.0f + __expf(-x));
}

// out = silu(left) x right; a row of `in` is left then right, `chunks` Half8 each (Shazeer 2020, SwiGLU).
static __global__ void gated_kernel(const Half8 *in, Half8 *out, size_t count, unsigned chunks) {
    size_t i = (size_t)blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= count)
        return;
    size_t row = count <= 0xffffffffu ? (unsigned)i / chunks : i / chunks;
    size_t at = i + row * chunks; // 2 x chunks a row
    Half8 left = in[at], right = in[at + chunks];
    float gate[8], value[8];
    half8_split(left, gate);
    half8_split(right, value);
#pragma unroll
    for (int j = 0; j < 8; j++)
        gate[j] = silu(gate[j]) * value[j];
    out[i] = half8_join(gate);
}

#define STREAM_UNROLL 4 // loads in flight of a thread

// to = from, `chunks` of 16 bytes and then single numbers up to `count`.
static __global__ void copy_kernel(const float *from, float *to, size_t chunks, size_t count) {
    const float4 *wide_from = reinterpret_cast<const float4 *>(from);
    float4 *wide_to = reinterpret_cast<float4 *>(to), kept[STREAM_UNROLL];
    size_t first = (size_t)blockIdx.x * blockDim.x * STREAM_UNROLL + threadIdx.x;
#pragma unroll
    for (int i = 0; i < STREAM_UNROLL; i++)
        if (first + (size_t)i * blockDim.x < chunks)
            kept[i] = wide_from[first + (size_t)i * blockDim.x];
#pragma unroll
    for (int i = 0; i < STREAM_UNROLL; i++)
        if (first + (size_t)i * blockDim.x < chunks)
            wide_to[first + (size_t)i * blockDim.x] = kept[i];
    size_t rest = 4 * chunks + threadIdx.x;
    if (blockIdx.x == 0 && rest < count)
        to[rest] = from[rest];
}

__device__ inline float4 multiply_add(float factor, float4 c, float4 b) {
    return make_float4(b.x + factor * c.x, b.y + factor * c.y, b.z + factor * c.z,
                       b.w + factor * c.w);
}

// a = b + factor x c (McCalpin 1995, STREAM).
static __global__ void triad_kernel(const float *b, const float *c, float *a, float factor,
                                    size_t chunks, size_t count) {
    const float4 *wide_b = reinterpret_cast<const float4 *>(b);
    const float4 *wide_c = reinterpret_cast<const float4 *>(c);
    float4 *wide_a = reinterpret_cast<float4 *>(a), left[STREAM_UNROLL], right[STREAM_UNROLL];
    size_t first = (size_t)blockIdx.x * blockDim.x * STREAM_UNROLL + threadIdx.x;
#pragma unroll
    for (int i = 0; i < STREAM_UNROLL; i++)
        if (first + (size_t)i * blockDim.x < chunks) {
            left[i] = wide_b[first + (size_t)i * blockDim.x];
            right[i] = wide_c[first + (size_t)i * blockDim.x];
        }
#pragma unroll
    for (int i = 0; i < STREAM_UNROLL; i++)
        if (first + (size_t)i * blockDim.x < chunks)
            wide_a[first + (size_t)i * blockDim.x] = multiply_add(factor, right[i], left[i]);
    size_t rest = 4 * chunks + threadIdx.x;
    if (blockIdx.x == 0 && rest < count)
        a[rest] = b[rest] + factor * c[rest];
}

// --- Narrow formats: 16 numbers a thread -----------------------------------------------------------------------------

// Scales of blocks lie row after row. A format's largest code and how its scale is kept.
template <int FORMAT> struct Narrow;
template <> struct Narrow<FORMAT_FP8> {
    static constexpr int BLOCK = 0, BITS = 8;
    typedef float Scale;
};
template <> struct Narrow<FORMAT_INT8> {
    static constexpr int BLOCK = 0, BITS = 8;
    typedef float Scale;
};
template <> struct Narrow<FORMAT_FP8_BLOCK> {
    static constexpr int BLOCK = 128, BITS = 8;
    typedef float Scale;
};
template <> struct Narrow<FORMAT_INT4> {
    static constexpr int BLOCK = 128, BITS = 4;
    typedef __nv_bfloat16 Scale;
};
template <> struct Narrow<FORMAT_NVFP4> {
    static constexpr int BLOCK = 16, BITS = 4;
    typedef unsigned char Scale; // e4m3
};
template <> struct Narrow<FORMAT_MXFP4> {
    static constexpr int BLOCK = 32, BITS = 4;
    typedef unsigned char Scale; // ue8m0
};

template <int FORMAT> __device__ inline unsigned narrow_bits(float x) {
    if (FORMAT == FORMAT_FP8 || FORMAT == FORMAT_FP8_BLOCK)
        return e4m3_bits(x);
    if (FORMAT == FORMAT_NVFP4 || FORMAT == FORMAT_MXFP4)
        return e2m1_bits(x);
    float most = FORMAT == FORMAT_INT8 ? 127.0f : 7.0f;
    return (unsigned)__float2int_rn(fminf(fmaxf(x, -most), most)) &
           (FORMAT == FORMAT_INT8 ? 0xffu : 0xfu);
}

template <int FORMAT> __device__ inline float narrow_value(unsigned bits) {
    if (FORMAT == FORMAT_FP8 || FORMAT == FORMAT_FP8_BLOCK)
        return e4m3_value(bits);
    if (FORMAT == FORMAT_NVFP4 || FORMAT == FORMAT_MXFP4)
        return e2m1_value(bits);
    if (FORMAT == FORMAT_INT8)
        return (float)(signed char)bits;
    return (float)((int)(bits ^ 8) - 8);
}

// The scale of a block whose largest magnitude is `most`, as it will be read back.
template <int FORMAT>
__device__ inline float scale_of(float most, typename Narrow<FORMAT>::Scale *);

template <> __device__ inline float scale_of<FORMAT_FP8_BLOCK>(float most, float *to) {
    float scale = most > 0 ? most / 448.0f : 1.0f;
    *to = scale;
    return scale;
}

template <> __device__ inline float scale_of<FORMAT_INT4>(float most, __nv_bfloat16 *to) {
    *to = __float2bfloat16_rn(most > 0 ? most / 7.0f : 1.0f);
    return __bfloat162float(*to);
}

template <> __device__ inline float scale_of<FORMAT_NVFP4>(float most, unsigned char *to) {
    unsigned bits = e4m3_bits(most / 6.0f);
    bits = bits == 0 ? 1 : bits; // the least number above 0
    *to = (unsigned char)bits;
    return e4m3_value(bits);
}

// The power of two by which the largest magnitude comes to lie between 4 and 8 (OCP MX 1.0, 6.3); above 6 it saturates.
template <> __device__ inline float scale_of<FORMAT_MXFP4>(float most, unsigned char *to) {
    int exponent = (int)(__float_as_uint(most) >> 23) - 2;
    exponent = exponent < 1 ? 1 : exponent;
    *to = (unsigned char)exponent;
    return ue8m0_value((unsigned)exponent);
}

// Sixteen codes, as they lie in memory.
template <int BITS> struct alignas(2 * BITS) Codes { unsigned word[BITS / 2]; };

template <int FORMAT>
__device__ inline Codes<Narrow<FORMAT>::BITS> encode_codes(const float x[16], float inverse) {
    constexpr int BITS = Narrow<FORMAT>::BITS, EACH = 32 / BITS; // codes a word
    Codes<BITS> codes;
#pragma unroll
    for (int i = 0; i < BITS / 2; i++) {
        codes.word[i] = 0;
#pragma unroll
        for (int j = 0; j < EACH; j++)
            codes.word[i] |= narrow_bits<FORMAT>(x[i * EACH + j] * inverse) << (j * BITS);
    }
    return codes;
}

// x: `count` groups of 16 numbers. A block's threads are neighbours in one warp; blocks end where rows do.
// fixed: the scale of formats with one a tensor.
template <int FORMAT>
__global__ void quantise_kernel(const Half8 *x, Codes<Narrow<FORMAT>::BITS> *codes,
                                typename Narrow<FORMAT>::Scale *scales, size_t count, float fixed) {
    constexpr int BLOCK = Narrow<FORMAT>::BLOCK, SHARED = BLOCK ? BLOCK / 16 : 1; // threads a block
    size_t i = (size_t)blockIdx.x * blockDim.x + threadIdx.x;
    bool inside = i < count;
    float number[16] = {};
    if (inside) {
        Half8 left = x[2 * i], right = x[2 * i + 1];
        half8_split(left, number);
        half8_split(right, number + 8);
    }
    float scale = fixed;
    if constexpr (BLOCK != 0) {
        float most = 0;
        typename Narrow<FORMAT>::Scale kept;
#pragma unroll
        for (int j = 0; j < 16; j++)
            most = fmaxf(most, fabsf(number[j]));
#pragma unroll
        for (int lane = SHARED / 2; lane > 0; lane /= 2)
            most = fmaxf(most, __shfl_xor_sync(0xffffffffu, most, lane));
        scale = scale_of<FORMAT>(most, &kept);
        if (inside && i % SHARED == 0)
            scales[i / SHARED] = kept;
    }
    if (inside)
        codes[i] = encode_codes<FORMAT>(number, 1.0f / scale);
}

// int8 with a scale a row, as activations are quantised token by token; blockDim.x whole warps a row, blockDim.y rows.
// A row has `groups` groups of 16 numbers, at most GROUPS x blockDim.x.
template <int GROUPS>
__global__ void quantise_rows_kernel(const Half8 *x, Codes<8> *codes, float *scales, size_t rows,
                                     unsigned groups) {
    size_t row = (size_t)blockIdx.x * blockDim.y + threadIdx.y;
    float kept[GROUPS][16], most = 0;
#pragma unroll
    for (int i = 0; i < GROUPS; i++) {
        unsigned group = threadIdx.x + (unsigned)i * blockDim.x;
        if (row >= rows || group >= groups)
            continue;
        half8_split(x[2 * (row * groups + group)], kept[i]);
        half8_split(x[2 * (row * groups + group) + 1], kept[i] + 8);
#pragma unroll
        for (int j = 0; j < 16; j++)
            most = fmaxf(most, fabsf(kept[i][j]));
    }
    most = row_most(most);
    float scale = most > 0 ? most / 127.0f : 1.0f;
#pragma unroll
    for (int i = 0; i < GROUPS; i++) {
        unsigned group = threadIdx.x + (unsigned)i * blockDim.x;
        if (row < rows && group < groups)
            codes[row * groups + group] = encode_codes<FORMAT_INT8>(kept[i], 1.0f / scale);
    }
    if (row < rows && threadIdx.x == 0)
        scales[row] = scale;
}

__device__ inline float scale_value(float scale) {
    return scale;
}
__device__ inline float scale_value(__nv_bfloat16 scale) {
    return __bfloat162float(scale);
}

// out: `count` groups of 16 numbers; `groups` of them a row. Blocks of fp8_block weights are 128 x 128, all others lie in a
// row. fixed as above.
template <int FORMAT>
__global__ void dequantise_kernel(const Codes<Narrow<FORMAT>::BITS> *codes,
                                  const typename Narrow<FORMAT>::Scale *scales, Half8 *out,
                                  size_t count, unsigned groups, float fixed) {
    constexpr int BITS = Narrow<FORMAT>::BITS, EACH = 32 / BITS;
    constexpr int BLOCK = Narrow<FORMAT>::BLOCK, SHARED = BLOCK ? BLOCK / 16 : 1;
    size_t i = (size_t)blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= count)
        return;
    Codes<BITS> code = codes[i];
    float scale = fixed;
    if constexpr (FORMAT == FORMAT_FP8_BLOCK)
        scale = scales[i / groups / 128 * ((groups + SHARED - 1) / SHARED) + i % groups / SHARED];
    else if constexpr (FORMAT == FORMAT_NVFP4)
        scale = e4m3_value(scales[i / SHARED]);
    else if constexpr (FORMAT == FORMAT_MXFP4)
        scale = ue8m0_value(scales[i / SHARED]);
    else if constexpr (BLOCK != 0)
        scale = scale_value(scales[i / SHARED]);
    float number[16];
#pragma unroll
    for (int j = 0; j < 16; j++)
        number[j] = scale * narrow_value<FORMAT>(code.word[j / EACH] >> (j % EACH * BITS) &
                                                 ((1u << BITS) - 1));
    out[2 * i] = half8_join(number);
    out[2 * i + 1] = half8_join(number + 8);
}

#endif
