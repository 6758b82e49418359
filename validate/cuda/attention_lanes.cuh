// cuda/attention_lanes.cuh — where the attention kernels' numbers lie: fragments of matrix instructions, swizzled shared memory,
// masks, tiles, splits and pages. Plain arithmetic, the same in the kernels and in their tests.
//
// Fragments: PTX ISA 9.0, "Matrix Fragments for mma.m16n8k16", "Register Fragments and Shared Memory Matrix Layouts for
// wgmma.mma_async". A lane of a warp is 4 group + quad; bf16 pairs share a register, the lower column in the lower half.
#ifndef VALIDATE_CUDA_ATTENTION_LANES_CUH
#define VALIDATE_CUDA_ATTENTION_LANES_CUH

#include <stdint.h>

#include "validate/operand.h"

#ifdef __CUDACC__
#define PLACE_CALL  __host__ __device__ __forceinline__
#define KERNEL_CALL __device__ __forceinline__
#else
#define PLACE_CALL  inline
#define KERNEL_CALL inline
#endif

#define WARP_LANES 32

// A masked score. Finite, so that a row whose first block is masked whole needs no case of its own: its weights come out
// wrong, and the next block's fade, exp2(MASKED - score) = 0, wipes them.
#define MASKED_SCORE (-1e30f)

typedef unsigned short Bf16; // bits

typedef struct Chunk { // read and written at once
    alignas(16) uint32_t words[4];
} Chunk;

typedef struct FourPair {
    alignas(8) uint32_t words[2];
} FourPair;

typedef struct FloatPair {
    alignas(8) float left;
    float right;
} FloatPair;

// ---- fragments -----------------------------------------------------------------------------------------------------
// An accumulator of 16 rows, or of a warp's share of wgmma's 64, is d[4 tile + 2 half + pair] for column tiles of 8.
PLACE_CALL int fragment_row(int lane, int half) {
    return lane / 4 + 8 * half;
}
PLACE_CALL int fragment_column(int lane, int tile, int pair) {
    return 8 * tile + 2 * (lane % 4) + pair;
}

// ldmatrix.x4: the row, and the chunk of 8 columns, whose address a lane gives. The four 8 x 8 matrices then arrive as
// A's registers 0 to 3 (16 rows, 16 columns)
PLACE_CALL int rows_first_row(int lane) {
    return lane & 15;
}
PLACE_CALL int rows_first_chunk(int lane) {
    return lane >> 4;
}
// as B's registers 0, 1 of two column tiles where B^T lies in memory (16 keys, 16 dims): keys
PLACE_CALL int chunks_first_row(int lane) {
    return (lane & 7) + (lane >> 4) * 8;
}
PLACE_CALL int chunks_first_chunk(int lane) {
    return lane >> 3 & 1;
}
// With .trans, rows_first_* gives B's registers 0, 1 of two column tiles where B lies in memory (16 keys, 16 dims): values.

// ---- shared memory -------------------------------------------------------------------------------------------------
// Byte of a chunk of 16 bytes in a tile with rows of row_bytes, a multiple of 128: eight rows of the same chunk fall on
// eight different sets of banks. For rows of 128 bytes this is the tensor copy engine's 128-byte swizzle.
PLACE_CALL uint32_t chunk_place(int row, int chunk, int row_bytes) {
    return (uint32_t)(row * row_bytes + ((chunk ^ (row & 7)) << 4));
}

// `steps` times two chunks further right: of a place of chunk_place with an even chunk, or the odd one after it. Written so
// that unrolled loops share four addresses.
PLACE_CALL uint32_t chunk_step(uint32_t place, int steps) {
    return (place ^ (uint32_t)(steps % 4 << 5)) + (uint32_t)(steps / 4 * 128);
}

// chunk_place for rows of 64 bytes.
PLACE_CALL uint32_t narrow_chunk_place(int row, int chunk) {
    return (uint32_t)(row * 64 + ((chunk ^ (row >> 1 & 3)) << 4));
}

// wgmma's matrix descriptor for the 128-byte swizzle: address and strides in units of 16 bytes in bits 0-13 (address),
// 16-29 (leading stride), 32-45 (stride), and 1 in bits 62-63. Panels of 64 columns, rows of 128 bytes, 1024-aligned.
// Reduced along the rows (queries and keys: "K-major"): the stride is that of 8 rows; the leading one is unused.
// Reduced down the rows (values: "MN-major"): the stride is that of 8 rows, the leading one that of panels.
typedef struct PanelDescriptor {
    uint32_t low, high;
} PanelDescriptor;

PLACE_CALL PanelDescriptor panel_descriptor(uint32_t address, uint32_t leading_bytes) {
    uint32_t stride_bytes = 8 * 128;
    PanelDescriptor descriptor = {(address & 0x3ffff) >> 4 | leading_bytes >> 4 << 16,
                                  stride_bytes >> 4 | 1u << 30};
    return descriptor;
}

// The same `bytes` further on: one addition, as the address stays within its bits (shared memory ends below 2^18).
PLACE_CALL uint64_t panel_descriptor_at(PanelDescriptor descriptor, uint32_t bytes) {
    return (uint64_t)descriptor.high << 32 | (descriptor.low + (bytes >> 4));
}

// Byte in a tile of `rows` rows (panels one after another) of reduction step k_step, 16 deep:
PLACE_CALL uint32_t step_along_rows(int k_step, int rows) {
    return (uint32_t)((k_step / 4) * rows * 128 + (k_step % 4) * 32);
}
PLACE_CALL uint32_t step_down_rows(int k_step) {
    return (uint32_t)(k_step * 16 * 128);
}

// ---- numbers -------------------------------------------------------------------------------------------------------
// Of the lower 16 bits.
PLACE_CALL float bf16_number(uint32_t bits) {
    union {
        uint32_t bits;
        float number;
    } wide = {bits << 16};
    return wide.number;
}

// ---- fp8 -----------------------------------------------------------------------------------------------------------
// Numbers `first` and first + 1 of four e4m3 codes, lowest byte first, as a pair of bf16 that is too small by 2^120: the
// fields of sign, exponent and mantissa moved to their places, subnormals too, the exponents' biases (7, 127) apart.
PLACE_CALL uint32_t e4m3_pair(uint32_t codes, int first) {
    uint32_t low = codes >> 8 * first & 0xff, high = codes >> (8 * first + 8) & 0xff;
    uint32_t pair = low | high << 16;
    return (pair & 0x00800080u) << 8 | (pair & 0x007f007fu) << 4;
}

// The code of a number that e4m3 holds.
PLACE_CALL uint32_t e4m3_code(float number) {
    union {
        float number;
        uint32_t bits;
    } wide = {number};
    uint32_t sign = wide.bits >> 31 << 7;
    int exponent = (int)(wide.bits >> 23 & 0xff) - 127;
    if (exponent >= -6)
        return sign | (uint32_t)(exponent + 7) << 3 | (wide.bits >> 20 & 7);
    return sign | (uint32_t)((number < 0 ? -number : number) * 512); // in units of the least, 2^-9
}

// ---- masks ---------------------------------------------------------------------------------------------------------
// A query at `position` sees the keys up to its own, `window` of them at most (0: all).
PLACE_CALL bool key_seen(int position, int key, int window) {
    return key <= position && (window == 0 || key + window > position);
}

PLACE_CALL int first_key_seen(int position, int window) {
    int first = window == 0 ? 0 : position - window + 1;
    return first > 0 ? first : 0;
}

typedef struct KeyBlocks {
    int first, end; // blocks of keys that some query sees
} KeyBlocks;

// Queries at positions first .. last.
PLACE_CALL KeyBlocks key_blocks(int first, int last, int window, int keys) {
    KeyBlocks blocks = {first_key_seen(first, window) / keys, last / keys + 1};
    return blocks;
}

// Whether some query at first .. last does not see some key of the block.
PLACE_CALL bool block_masked(int block, int keys, int first, int last, int window) {
    return block * keys + keys - 1 > first || (window != 0 && block * keys + window <= last);
}

// ---- tiles of prefill ----------------------------------------------------------------------------------------------
typedef struct PrefillTile {
    int block, head, sequence;
} PrefillTile;

// Longest tiles first (last blocks of queries), `section` pairs of sequence and head at a time: as many as the L2 cache
// holds keys and values of.
PLACE_CALL PrefillTile prefill_tile(int index, int blocks, int heads, int pairs, int section) {
    int first_pair = index / (section * blocks) * section;
    int size = pairs - first_pair < section ? pairs - first_pair : section;
    int inside = index - first_pair * blocks;
    int pair = first_pair + inside % size;
    PrefillTile tile = {blocks - 1 - inside / size, pair % heads, pair / heads};
    return tile;
}

// ---- splits of decode ----------------------------------------------------------------------------------------------
typedef struct DecodeTile {
    int row_tile, split, kv_head, sequence;
} DecodeTile;

// Neighbours read the same keys, then those of the next head.
PLACE_CALL DecodeTile decode_tile(int index, int row_tiles, int kv_heads, int splits) {
    DecodeTile tile;
    tile.row_tile = index % row_tiles;
    index /= row_tiles;
    tile.kv_head = index % kv_heads;
    index /= kv_heads;
    tile.split = index % splits;
    tile.sequence = index / splits;
    return tile;
}

// The first of `count` blocks of keys that a split takes; split + 1 gives its end.
PLACE_CALL int split_first(int count, int split, int splits) {
    return (int)((int64_t)count * split / splits);
}

// How many splits keep `slots` resident blocks busy. Least cost, in a quarter of the time that a block takes for a step of
// its warps: rounds x (steps of the longest split + what a block costs besides), and each part that the join reads.
PLACE_CALL int decode_splits(int units, int slots, int steps, int most) {
    const int block_steps = 2;
    int best = 1;
    int64_t best_cost = INT64_MAX;
    for (int splits = 1; splits <= most && splits <= steps; splits++) {
        int64_t rounds = ((int64_t)units * splits + slots - 1) / slots;
        int64_t cost = 4 * rounds * ((steps + splits - 1) / splits + block_steps) + splits;
        if (cost < best_cost) {
            best = splits;
            best_cost = cost;
        }
    }
    return best;
}

// ---- pages ---------------------------------------------------------------------------------------------------------
// A page holds `page` tokens of each head, a head's tokens together. The row of a token in the cache; x width: its element.
PLACE_CALL int64_t page_row(int page_number, int kv_head, int slot, int kv_heads, int page) {
    return ((int64_t)page_number * kv_heads + kv_head) * page + slot;
}

// Page `index` of `count` in random order: a Feistel network of four rounds over the smallest even number of bits that holds
// `count`, walked until it falls inside (Black and Rogaway 2002); each place is taken once.
PLACE_CALL uint32_t page_order(uint64_t seed, uint32_t index, uint32_t count) {
    int bits = 1;
    while (count > 1u << 2 * bits)
        bits++;
    uint32_t mask = (1u << bits) - 1, key = index;
    do {
        uint32_t left = key >> bits, right = key & mask;
        for (int round = 0; round < 4; round++) {
            uint32_t turned = (uint32_t)operand_bits(seed + 64 * (uint64_t)OPERAND_CHOICE,
                                                     (uint64_t)right << 3 | (uint64_t)round);
            uint32_t mixed = left ^ (turned & mask);
            left = right;
            right = mixed;
        }
        key = left << bits | right;
    } while (key >= count);
    return key;
}

#endif
