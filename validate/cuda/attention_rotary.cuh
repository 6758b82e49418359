// cuda/attention_rotary.cuh — turns queries and keys by their position and writes keys and values to the paged cache.
//
// Half-split rotary embedding (Su et al. 2021; halves as in Llama): numbers i and i + dim / 2 of a head turn together by
// position x base^(-2 i / dim); base and position: reference.h.
#ifndef VALIDATE_CUDA_ATTENTION_ROTARY_CUH
#define VALIDATE_CUDA_ATTENTION_ROTARY_CUH

#include "validate/cuda/attention_lanes.cuh"
#include "validate/reference.h"

#define ROTARY_DIMS    1024 // of a head, at most
#define ROTARY_THREADS 256

// Inputs (token, head, dim); turned queries likewise; the caches: cuda/attention_lanes.cuh, page_row.
struct RotaryShape {
    const Bf16 *queries, *keys, *values;
    Bf16 *turned;
    void *key_cache, *value_cache; // bf16 or e4m3
    const int32_t *pages;
    const double *turns; // of a pair for each position, in whole turns: base^(-2 i / dim) / 2 pi
    int tokens, heads, kv_heads, dim, v_dim, page;
    int each; // tokens of a block
};

// As many tokens as give each thread of a block about four pieces of work, where there are enough for many blocks.
PLACE_CALL int rotary_each(int tokens, int heads, int kv_heads, int dim, int v_dim,
                           int multiprocessors) {
    int items = (heads + kv_heads) * (dim / 16) + kv_heads * (v_dim / 8);
    int each = 4 * ROTARY_THREADS / items, spread = tokens / (8 * multiprocessors);
    each = each < spread ? each : spread;
    each = each < ROTARY_DIMS * 4 / dim ? each : ROTARY_DIMS * 4 / dim; // 16 KiB of shared memory
    return each > 1 ? each : 1;
}

// Eight pairs of a head at once: `low` and `high` chunks in place.
template <class Thread>
KERNEL_CALL void rotary_turn(Thread &thread, Chunk &low, Chunk &high, uint32_t angles) {
#pragma unroll
    for (int i = 0; i < 4; i++) {
        float x[2], y[2];
#pragma unroll
        for (int pair = 0; pair < 2; pair++) {
            FloatPair angle =
                thread.template shared<FloatPair>(angles + (uint32_t)(2 * i + pair) * 8);
            float a = bf16_number(low.words[i] >> 16 * pair),
                  b = bf16_number(high.words[i] >> 16 * pair);
            x[pair] = a * angle.left - b * angle.right;
            y[pair] = b * angle.left + a * angle.right;
        }
        low.words[i] = thread.pack(x[0], x[1]);
        high.words[i] = thread.pack(y[0], y[1]);
    }
}

// Eight numbers to element `to` of a cache.
template <bool e4m3> KERNEL_CALL void rotary_store(void *cache, int64_t to, const Chunk &chunk) {
    if constexpr (e4m3) {
        FourPair codes = {
            {0, 0}
        };
#pragma unroll
        for (int i = 0; i < 8; i++)
            codes.words[i / 4] |=
                e4m3_code(
                    operand_round(bf16_number(chunk.words[i / 2] >> 16 * (i % 2)), 3, -6, 448.0f))
                << 8 * (i % 4);
        *reinterpret_cast<FourPair *>(static_cast<unsigned char *>(cache) + to) = codes;
    } else {
        *reinterpret_cast<Chunk *>(static_cast<Bf16 *>(cache) + to) = chunk;
    }
}

KERNEL_CALL const Chunk &rotary_chunk(const Bf16 *from) {
    return *reinterpret_cast<const Chunk *>(from);
}

// Eight pairs of a head: of queries to `turned`, of keys to the cache. angles: of the token.
template <bool e4m3, class Thread>
KERNEL_CALL void rotary_part(Thread &thread, const RotaryShape &shape, int token, int head,
                             int part, int64_t cache_row, uint32_t angles) {
    int kv_head = head - shape.heads, dim = part * 8, half = shape.dim / 2;
    int64_t row = kv_head < 0 ? (int64_t)token * shape.heads + head
                              : (int64_t)token * shape.kv_heads + kv_head;
    const Bf16 *from = (kv_head < 0 ? shape.queries : shape.keys) + row * shape.dim + dim;
    Chunk low = rotary_chunk(from), high = rotary_chunk(from + half);
    rotary_turn(thread, low, high, angles + (uint32_t)dim * 8);
    if (kv_head < 0) {
        rotary_store<false>(shape.turned, row * shape.dim + dim, low);
        rotary_store<false>(shape.turned, row * shape.dim + dim + half, high);
        return;
    }
    int64_t to = (cache_row + (int64_t)kv_head * shape.page) * shape.dim + dim;
    rotary_store<e4m3>(shape.key_cache, to, low);
    rotary_store<e4m3>(shape.key_cache, to + half, high);
}

// Cosines and sines of the block's tokens to shared memory.
template <class Thread>
KERNEL_CALL void rotary_angles(Thread &thread, const RotaryShape &shape, int first, int tokens) {
    int half = shape.dim / 2;
    for (int i = thread.thread(); i < tokens * half; i += ROTARY_THREADS) {
        // In double, whole turns drop out without loss.
        double turns = rotary_position(first + i / half) * shape.turns[i % half];
        FloatPair angle;
        thread.sine_cosine((float)(turns - floor(turns)), &angle.right, &angle.left);
        thread.template shared<FloatPair>((uint32_t)i * 8) = angle;
    }
}

// A block takes `each` tokens.
template <bool e4m3, class Thread>
KERNEL_CALL void rotary_body(Thread &thread, const RotaryShape &shape) {
    int first = thread.block() * shape.each, left = shape.tokens - first;
    int tokens = left < shape.each ? left : shape.each;
    rotary_angles(thread, shape, first, tokens);
    thread.sync();
    int parts = shape.dim / 16, v_parts = shape.v_dim / 8;
    int turned = (shape.heads + shape.kv_heads) * parts, items = turned + shape.kv_heads * v_parts;
    for (int i = thread.thread(); i < tokens * items; i += ROTARY_THREADS) {
        int own = i / items, item = i % items, token = first + own, page = token / shape.page;
        int64_t cache_row =
            page_row(shape.pages[page], 0, token - page * shape.page, shape.kv_heads, shape.page);
        if (item < turned) {
            rotary_part<e4m3>(thread, shape, token, item / parts, item % parts, cache_row,
                              (uint32_t)(own * shape.dim * 4));
            continue;
        }
        int head = (item - turned) / v_parts, dim = (item - turned) % v_parts * 8;
        int64_t from = ((int64_t)token * shape.kv_heads + head) * shape.v_dim + dim;
        rotary_store<e4m3>(shape.value_cache,
                           (cache_row + (int64_t)head * shape.page) * shape.v_dim + dim,
                           rotary_chunk(shape.values + from));
    }
}

#endif
