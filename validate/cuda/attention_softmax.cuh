// cuda/attention_softmax.cuh — the online softmax of rows whose scores lie in a lane's fragments (Milakov and Gimelshein 2018).
//
// A lane holds two rows (halves 0 and 1) of an accumulator's fragment; the four lanes of a quad share them. The sums stay
// apart by lane until softmax_join.
#ifndef VALIDATE_CUDA_ATTENTION_SOFTMAX_CUH
#define VALIDATE_CUDA_ATTENTION_SOFTMAX_CUH

#include <math.h>

#include "validate/cuda/attention_lanes.cuh"

struct SoftmaxRows {
    float most[2]; // the largest score so far, unscaled
    float sum[2];  // of weights, this lane's part
    float fade[2]; // what the weights before this block are to be multiplied by
};

KERNEL_CALL float larger(float a, float b) {
    return fmaxf(a, b); // one instruction; a comparison would be two
}

KERNEL_CALL void softmax_start(SoftmaxRows &rows) {
    for (int half = 0; half < 2; half++) {
        rows.most[half] = MASKED_SCORE;
        rows.sum[half] = 0;
        rows.fade[half] = 0;
    }
}

// Masks what queries at positions `position` and position + 8 do not see of the block whose first key is first_key.
template <int columns>
KERNEL_CALL void softmax_mask(float (&s)[columns / 2], int lane, int position, int first_key,
                              int window) {
#pragma unroll
    for (int i = 0; i < columns / 2; i++) {
        int key = first_key + fragment_column(lane, i / 4, i % 2);
        if (!key_seen(position + 8 * (i / 2 % 2), key, window))
            s[i] = MASKED_SCORE;
    }
}

// The largest score of each half, over the quad.
template <int columns, class Thread>
KERNEL_CALL void softmax_most(Thread &thread, const float (&s)[columns / 2], float most[2]) {
#pragma unroll
    for (int half = 0; half < 2; half++) {
        // Two chains: half the latency.
        float even = s[2 * half], odd = s[2 * half + 1];
#pragma unroll
        for (int tile = 1; tile < columns / 8; tile++) {
            even = larger(even, s[4 * tile + 2 * half]);
            odd = larger(odd, s[4 * tile + 2 * half + 1]);
        }
        float top = larger(even, odd);
        top = larger(top, thread.shuffle_xor(top, 1));
        most[half] = larger(top, thread.shuffle_xor(top, 2));
    }
}

// Scores become weights, given the block's largest scores. scale_log2: score scale x log2(e), so that exp2 serves.
template <int columns, class Thread>
KERNEL_CALL void softmax_weigh(Thread &thread, float (&s)[columns / 2], const float most[2],
                               float scale_log2, SoftmaxRows &rows) {
#pragma unroll
    for (int half = 0; half < 2; half++) {
        float top = larger(rows.most[half], most[half]);
        rows.fade[half] = thread.exp2((rows.most[half] - top) * scale_log2);
        rows.most[half] = top;
        float shift = top * scale_log2, even = 0, odd = 0;
#pragma unroll
        for (int tile = 0; tile < columns / 8; tile++) {
            float &left = s[4 * tile + 2 * half], &right = s[4 * tile + 2 * half + 1];
            left = thread.exp2(left * scale_log2 - shift);
            right = thread.exp2(right * scale_log2 - shift);
            even += left;
            odd += right;
        }
        rows.sum[half] = rows.sum[half] * rows.fade[half] + (even + odd);
    }
}

template <int columns, class Thread>
KERNEL_CALL void softmax_block(Thread &thread, float (&s)[columns / 2], float scale_log2,
                               SoftmaxRows &rows) {
    float most[2];
    softmax_most<columns>(thread, s, most);
    softmax_weigh<columns>(thread, s, most, scale_log2, rows);
}

// What was summed so far follows a new largest score.
template <int count>
KERNEL_CALL void softmax_fade(float (&output)[count], const SoftmaxRows &rows) {
#pragma unroll
    for (int i = 0; i < count; i++)
        output[i] *= rows.fade[i / 2 % 2];
}

// Weights as A's registers of the product with the values: four for each 16 keys.
template <int columns, class Thread>
KERNEL_CALL void softmax_pack(Thread &thread, const float (&s)[columns / 2],
                              uint32_t (&weights)[columns / 4]) {
#pragma unroll
    for (int i = 0; i < columns / 4; i++)
        weights[i] = thread.pack(s[2 * i], s[2 * i + 1]);
}

// Sums over the quad.
template <class Thread> KERNEL_CALL void softmax_join(Thread &thread, SoftmaxRows &rows) {
#pragma unroll
    for (int half = 0; half < 2; half++) {
        rows.sum[half] += thread.shuffle_xor(rows.sum[half], 1);
        rows.sum[half] += thread.shuffle_xor(rows.sum[half], 2);
    }
}

#endif
