// host/vector.h — pieces of loops over rows of numbers, inlined into functions that are compiled HOST_WIDEST.
#ifndef VALIDATE_HOST_VECTOR_H
#define VALIDATE_HOST_VECTOR_H

#include "validate/host/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HOST_INLINE __attribute__((always_inline)) static inline

// Numbers that are converted, worked on and stored at a time: they stay in the first-level cache.
#define HOST_BLOCK 256

// Sixteen sums side by side, which no order of additions ties together.
typedef float HostLanes __attribute__((vector_size(64)));
#define HOST_LANES 16

// By vectors, as a call of memcpy now and then walks backwards, against the processor's prefetching.
HOST_INLINE void host_move(float *to, const float *from, long count) {
    HostLanes lanes;
    long i = 0;
    for (; i + HOST_LANES <= count; i += HOST_LANES) {
        memcpy(&lanes, from + i, sizeof lanes);
        memcpy(to + i, &lanes, sizeof lanes);
    }
    for (; i < count; i++)
        to[i] = from[i];
}

HOST_INLINE void host_load(float *to, const void *from, Format format, long at, long count) {
    const float *floats = (const float *)from + at;
    const uint16_t *halves = (const uint16_t *)from + at;
    const int8_t *bytes = (const int8_t *)from + at;
    if (format == FORMAT_FP32)
        host_move(to, floats, count);
    else if (format == FORMAT_BF16)
        for (long i = 0; i < count; i++)
            to[i] = host_float(halves[i]);
    else
        for (long i = 0; i < count; i++)
            to[i] = (float)bytes[i];
}

// To fp32 or bf16.
HOST_INLINE void host_store(void *to, Format format, long at, const float *from, long count) {
    float *floats = (float *)to + at;
    uint16_t *halves = (uint16_t *)to + at;
    if (format == FORMAT_FP32)
        host_move(floats, from, count);
    else
        for (long i = 0; i < count; i++)
            halves[i] = host_bf16(from[i]);
}

// e^x within 2e-7 of it, 0 below -87: powers of two by the exponent's bits, the rest by Taylor's series to the sixth power
// of at most ln 2 / 2.
HOST_INLINE float host_exp(float x) {
    const float log2e = 1.44269504f, ln2_high = 0.693359375f, ln2_low = -2.12194440e-4f;
    const float magic = 12582912; // 1.5 x 2^23: adding it rounds to a whole number
    float clamped = x < -87 ? -87 : x > 88 ? 88 : x;
    float shifted = clamped * log2e + magic, whole = shifted - magic;
    float rest = clamped - whole * ln2_high - whole * ln2_low;
    float series = 1.0f / 720;
    series = series * rest + 1.0f / 120;
    series = series * rest + 1.0f / 24;
    series = series * rest + 1.0f / 6;
    series = series * rest + 0.5f;
    series = series * rest + 1;
    series = series * rest + 1;
    uint32_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits - 0x4b400000u + 127) << 23;
    float power;
    memcpy(&power, &bits, sizeof power);
    return x < -87 ? 0 : series * power;
}

HOST_INLINE float host_sum_lanes(const HostLanes *lanes) {
    float sum = 0;
    for (int i = 0; i < HOST_LANES; i++)
        sum += (*lanes)[i];
    return sum;
}

// Of numbers padded with zeros to whole lanes.
HOST_INLINE float host_dot(const float *a, const float *b, long count) {
    HostLanes sums = {0}, x, y;
    for (long i = 0; i < count; i += HOST_LANES) {
        memcpy(&x, a + i, sizeof x);
        memcpy(&y, b + i, sizeof y);
        sums += x * y;
    }
    return host_sum_lanes(&sums);
}

#ifdef __cplusplus
}
#endif
#endif
