// cuda/number.cuh — the narrow number formats in device code: sixteen bytes at a time, rounding to nearest, ties to even.
#ifndef VALIDATE_CUDA_NUMBER_CUH
#define VALIDATE_CUDA_NUMBER_CUH

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_fp8.h>
#include <cuda_runtime.h>
#include <string.h>

// Eight bf16 numbers, moved as one. Plain words, and passed by value: members of a class, or of what a reference names, are
// loaded one by one.
struct alignas(16) Half8 {
    unsigned word[4];
};

__device__ inline void half8_split(Half8 from, float to[8]) {
#pragma unroll
    for (int i = 0; i < 4; i++) {
        to[2 * i] = __uint_as_float(from.word[i] << 16);
        to[2 * i + 1] = __uint_as_float(from.word[i] & 0xffff0000u);
    }
}

__device__ inline Half8 half8_join(const float from[8]) {
    Half8 to;
#pragma unroll
    for (int i = 0; i < 4; i++) {
        __nv_bfloat162 pair = __floats2bfloat162_rn(from[2 * i], from[2 * i + 1]);
        memcpy(&to.word[i], &pair, sizeof pair);
    }
    return to;
}

__device__ inline unsigned e4m3_bits(float x) {
    return __nv_cvt_float_to_fp8(x, __NV_SATFINITE, __NV_E4M3);
}

__device__ inline float e4m3_value(unsigned bits) {
    __half_raw raw = __nv_cvt_fp8_to_halfraw((__nv_fp8_storage_t)bits, __NV_E4M3);
    return __half2float(__half(raw));
}

// e2m1: sign, then 0 0.5 1 1.5 2 3 4 6. Ties between neighbours go to the even code.
__device__ inline unsigned e2m1_bits(float x) {
    float size = fabsf(x);
    unsigned code = (size > 0.25f) + (size >= 0.75f) + (size > 1.25f) + (size >= 1.75f) +
                    (size > 2.5f) + (size >= 3.5f) + (size > 5.0f);
    return code | (x < 0 ? 8u : 0u);
}

__device__ inline float e2m1_value(unsigned code) {
    unsigned size = code & 7;
    // 1 + m/2 times 2^(e-1); e = 0: m/2.
    float value = size < 2 ? 0.5f * (float)size
                           : (1.0f + 0.5f * (float)(size & 1)) * (float)(1u << (size / 2 - 1));
    return code & 8 ? -value : value;
}

// A power of two by its biased exponent; 0 (2^-127) is not used.
__device__ inline float ue8m0_value(unsigned bits) {
    return __uint_as_float(bits << 23);
}

#endif
