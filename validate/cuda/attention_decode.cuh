// cuda/attention_decode.cuh — attention of few queries over a long paged cache, whose keys are split over blocks and warps.
//
// The queries of the heads that share keys fill the 16 rows of mma.sync together. Each warp walks over key tiles of its own
// with its own ring of shared memory, so that nothing but the ring's copies holds it up; at the end a block's warps join
// their sums, and decode_join joins those of the splits (flash-decoding: Dao, Haziza, Massa, Sizov 2023).
#ifndef VALIDATE_CUDA_ATTENTION_DECODE_CUH
#define VALIDATE_CUDA_ATTENTION_DECODE_CUH

#include "validate/cuda/attention_softmax.cuh"

// Queries and output as for prefill. The cache: cuda/attention_lanes.cuh, page_row. pages[sequence x pages_each + n]: where a
// sequence's page n lies. With several splits the sums go to `parts` (decode_part_row), unnormalised, with their rows'
// largest score (in units of log2) and sum of weights in `part_rows`.
struct DecodeShape {
    const Bf16 *queries;
    const void *keys, *values; // bf16, or e4m3 where the kernel says so
    Bf16 *output;
    const int32_t *pages;
    float *parts, *part_rows;
    int batch, q_len, kv_len, heads, kv_heads, window, page, pages_each;
    int splits, row_tiles; // row_tiles: blocks that share a kv head's heads x q_len rows
    float scale_log2;
};

template <int dims_, int row_tiles_, int stages_, bool e4m3_> struct DecodeConfig {
    static constexpr int dims = dims_, row_tiles = row_tiles_, stages = stages_;
    static constexpr bool e4m3 = e4m3_; // keys and values of one byte
    static constexpr int keys = 16, warps = 4, threads = warps * WARP_LANES;
    static constexpr int rows = 16 * row_tiles;
    static constexpr int number_bytes = e4m3 ? 1 : 2;
    static constexpr uint32_t raw_bytes =
        keys * dims * number_bytes; // of a tile of keys, or of values
    static constexpr uint32_t wide_bytes = keys * dims * 2;
    static constexpr uint32_t ring_bytes = 2 * stages * raw_bytes + (e4m3 ? 2 * wide_bytes : 0);
    static constexpr uint32_t sum_bytes = rows * dims * 4; // a warp's sums at the end
    static constexpr uint32_t warp_bytes = ring_bytes > sum_bytes ? ring_bytes : sum_bytes;
    static constexpr uint32_t rows_place =
        warps * warp_bytes; // largest score and sum by warp and row
    static constexpr uint32_t shared_bytes = rows_place + warps * rows * 8;
};

// A row of the group that shares a kv head: query = row / group, head = kv_head x group + row % group.
PLACE_CALL int64_t decode_output_row(const DecodeShape &shape, int sequence, int kv_head, int row) {
    int group = shape.heads / shape.kv_heads;
    int query = row / group, head = kv_head * group + row % group;
    return ((int64_t)sequence * shape.q_len + query) * shape.heads + head;
}

// Of an output row: its place in parts (x v_dim) and part_rows (x 2).
PLACE_CALL int64_t decode_part_row(const DecodeShape &shape, int64_t output_row, int split) {
    return output_row * shape.splits + split;
}

// The tiles of keys that a split's block walks over.
struct DecodeWork {
    DecodeTile tile;
    int first, end;            // tiles of keys
    int first_row, group_rows; // of the group's rows: this block's first, and all

    KERNEL_CALL DecodeWork(const DecodeShape &shape, int index, int keys, int rows) {
        tile = decode_tile(index, shape.row_tiles, shape.kv_heads, shape.splits);
        int from = first_key_seen(shape.kv_len - shape.q_len, shape.window) / keys;
        int count = (shape.kv_len + keys - 1) / keys - from;
        first = from + split_first(count, tile.split, shape.splits);
        end = from + split_first(count, tile.split + 1, shape.splits);
        first_row = tile.row_tile * rows;
        group_rows = shape.heads / shape.kv_heads * shape.q_len;
    }
};

// The row of `token` in the cache; 0 for one that is not there.
KERNEL_CALL uint32_t decode_look_up(const DecodeShape &shape, const DecodeTile &tile, int token) {
    if (token >= shape.kv_len)
        return 0;
    int page = token / shape.page;
    int number = shape.pages[(int64_t)tile.sequence * shape.pages_each + page];
    return (uint32_t)page_row(number, tile.kv_head, token - page * shape.page, shape.kv_heads,
                              shape.page);
}

// Copies a tile's keys and values to a warp's ring. rows: the cache row of token 16 tile + lane % 16.
template <class Config, class Thread>
KERNEL_CALL void decode_copy(Thread &thread, const DecodeShape &shape, uint32_t place,
                             uint32_t rows, int key_tile) {
    constexpr int row_bytes = Config::dims * Config::number_bytes, chunks = row_bytes / 16;
    int lane = thread.thread() % WARP_LANES;
#pragma unroll
    for (int i = 0; i < Config::keys * chunks / WARP_LANES; i++) {
        int index = i * WARP_LANES + lane, row = index / chunks, chunk = index % chunks;
        bool valid = key_tile * Config::keys + row < shape.kv_len;
        int64_t from = (int64_t)thread.shuffle(rows, row) * row_bytes + chunk * 16;
        uint32_t to =
            place + (Config::e4m3 ? (uint32_t)index * 16 : chunk_place(row, chunk, row_bytes));
        thread.copy16(to, (const char *)shape.keys + from, valid);
        thread.copy16(to + Config::raw_bytes, (const char *)shape.values + from, valid);
    }
}

// A tile of e4m3 numbers, row after row, to one of bf16: each 16 codes become two chunks.
template <class Config, class Thread>
KERNEL_CALL void decode_widen(Thread &thread, uint32_t from, uint32_t to) {
    constexpr int chunks = Config::dims / 16;
    int lane = thread.thread() % WARP_LANES;
#pragma unroll
    for (int i = 0; i < Config::keys * chunks / WARP_LANES; i++) {
        int index = i * WARP_LANES + lane, row = index / chunks, chunk = index % chunks;
        const Chunk codes = thread.template shared<Chunk>(from + (uint32_t)index * 16);
#pragma unroll
        for (int half = 0; half < 2; half++) {
            Chunk wide;
#pragma unroll
            for (int j = 0; j < 4; j++)
                wide.words[j] = thread.raise(e4m3_pair(codes.words[2 * half + j / 2], 2 * (j % 2)));
            thread.template shared<Chunk>(
                to + chunk_place(row, 2 * chunk + half, Config::dims * 2)) = wide;
        }
    }
}

// Queries as A's registers, straight from memory; rows past the group's are zeros.
template <class Config, class Thread>
KERNEL_CALL void decode_queries(Thread &thread, const DecodeShape &shape, const DecodeWork &work,
                                uint32_t (&queries)[Config::row_tiles][Config::dims / 4]) {
    int lane = thread.thread() % WARP_LANES;
#pragma unroll
    for (int m = 0; m < Config::row_tiles; m++)
#pragma unroll
        for (int half = 0; half < 2; half++) {
            int row = work.first_row + m * 16 + fragment_row(lane, half);
            bool valid = row < work.group_rows;
            const Bf16 *from =
                shape.queries +
                decode_output_row(shape, work.tile.sequence, work.tile.kv_head, valid ? row : 0) *
                    Config::dims;
#pragma unroll
            for (int tile = 0; tile < Config::dims / 8; tile++)
                queries[m][tile / 2 * 4 + tile % 2 * 2 + half] =
                    valid
                        ? *reinterpret_cast<const uint32_t *>(from + fragment_column(lane, tile, 0))
                        : 0;
        }
}

template <class Config> struct DecodeSums {
    float output[Config::row_tiles][Config::dims / 2];
    SoftmaxRows rows[Config::row_tiles];
};

// A tile of 16 keys at `keys`, their values at `values`.
template <class Config, class Thread>
KERNEL_CALL void decode_step(Thread &thread, const DecodeShape &shape, const DecodeWork &work,
                             uint32_t keys, uint32_t values, int key_tile,
                             const uint32_t (&queries)[Config::row_tiles][Config::dims / 4],
                             DecodeSums<Config> &sums) {
    int lane = thread.thread() % WARP_LANES, group = shape.heads / shape.kv_heads;
    constexpr int row_bytes = Config::dims * 2;
    keys += chunk_place(chunks_first_row(lane), chunks_first_chunk(lane), row_bytes);
    values += chunk_place(rows_first_row(lane), rows_first_chunk(lane), row_bytes);
    float s[Config::row_tiles][8] = {};
    uint32_t b[4], weights[Config::row_tiles][4];
#pragma unroll
    for (int k = 0; k < Config::dims / 16; k++) {
        thread.load_matrices(b, chunk_step(keys, k));
#pragma unroll
        for (int m = 0; m < Config::row_tiles; m++) {
            thread.multiply(&s[m][0], &queries[m][4 * k], b[0], b[1]);
            thread.multiply(&s[m][4], &queries[m][4 * k], b[2], b[3]);
        }
    }
    int first_position = shape.kv_len - shape.q_len;
    bool masked =
        block_masked(key_tile, Config::keys, first_position, shape.kv_len - 1, shape.window);
#pragma unroll
    for (int m = 0; m < Config::row_tiles; m++) {
        if (masked) {
#pragma unroll
            for (int i = 0; i < 8; i++) {
                int row = work.first_row + m * 16 + fragment_row(lane, i / 2 % 2);
                int key = key_tile * Config::keys + fragment_column(lane, i / 4, i % 2);
                if (!key_seen(first_position + row / group, key, shape.window))
                    s[m][i] = MASKED_SCORE;
            }
        }
        softmax_block<16>(thread, s[m], shape.scale_log2, sums.rows[m]);
        softmax_fade(sums.output[m], sums.rows[m]);
        softmax_pack<16>(thread, s[m], weights[m]);
    }
#pragma unroll
    for (int n = 0; n < Config::dims / 16; n++) {
        thread.load_turned(b, chunk_step(values, n));
#pragma unroll
        for (int m = 0; m < Config::row_tiles; m++) {
            thread.multiply(&sums.output[m][8 * n], weights[m], b[0], b[1]);
            thread.multiply(&sums.output[m][8 * n + 4], weights[m], b[2], b[3]);
        }
    }
}

// A warp's sums to its part of shared memory: rows of dims, and of each the largest score and the sum of weights.
template <class Config, class Thread>
KERNEL_CALL void decode_deposit(Thread &thread, DecodeSums<Config> &sums) {
    int lane = thread.thread() % WARP_LANES, warp = thread.thread() / WARP_LANES;
#pragma unroll
    for (int m = 0; m < Config::row_tiles; m++) {
        softmax_join(thread, sums.rows[m]);
#pragma unroll
        for (int half = 0; half < 2; half++) {
            int row = m * 16 + fragment_row(lane, half);
            uint32_t place =
                (uint32_t)warp * Config::warp_bytes + (uint32_t)(row * Config::dims * 4);
#pragma unroll
            for (int tile = 0; tile < Config::dims / 8; tile++) {
                FloatPair pair = {sums.output[m][4 * tile + 2 * half],
                                  sums.output[m][4 * tile + 2 * half + 1]};
                thread.template shared<FloatPair>(place + (uint32_t)fragment_column(lane, tile, 0) *
                                                              4) = pair;
            }
            FloatPair state = {sums.rows[m].most[half], sums.rows[m].sum[half]};
            thread.template shared<FloatPair>(Config::rows_place +
                                              (uint32_t)(warp * Config::rows + row) * 8) = state;
        }
    }
}

// Joins the warps' sums and writes them: the output where there is one split, else this split's part.
template <class Config, class Thread>
KERNEL_CALL void decode_collect(Thread &thread, const DecodeShape &shape, const DecodeWork &work) {
    constexpr int pairs = Config::dims / 2;
    for (int index = thread.thread(); index < Config::rows * pairs; index += Config::threads) {
        int row = index / pairs, pair = index % pairs;
        if (work.first_row + row >= work.group_rows)
            break;
        FloatPair state[Config::warps], total = {0, 0};
        float most = MASKED_SCORE, sum = 0;
#pragma unroll
        for (int warp = 0; warp < Config::warps; warp++) {
            state[warp] = thread.template shared<FloatPair>(
                Config::rows_place + (uint32_t)(warp * Config::rows + row) * 8);
            most = larger(most, state[warp].left);
        }
#pragma unroll
        for (int warp = 0; warp < Config::warps; warp++) {
            float fade = thread.exp2((state[warp].left - most) * shape.scale_log2);
            FloatPair own =
                thread.template shared<FloatPair>((uint32_t)warp * Config::warp_bytes +
                                                  (uint32_t)(row * Config::dims + 2 * pair) * 4);
            sum += state[warp].right * fade;
            total.left += own.left * fade;
            total.right += own.right * fade;
        }
        int64_t to =
            decode_output_row(shape, work.tile.sequence, work.tile.kv_head, work.first_row + row);
        if (shape.splits == 1) {
            *reinterpret_cast<uint32_t *>(shape.output + to * Config::dims + 2 * pair) =
                thread.pack(total.left / sum, total.right / sum);
            continue;
        }
        to = decode_part_row(shape, to, work.tile.split);
        *reinterpret_cast<FloatPair *>(shape.parts + to * Config::dims + 2 * pair) = total;
        if (pair == 0) {
            FloatPair joined = {most * shape.scale_log2, sum};
            *reinterpret_cast<FloatPair *>(shape.part_rows + to * 2) = joined;
        }
    }
}

template <class Config, class Thread>
KERNEL_CALL void decode_body(Thread &thread, const DecodeShape &shape) {
    int lane = thread.thread() % WARP_LANES, warp = thread.thread() / WARP_LANES;
    DecodeWork work(shape, thread.block(), Config::keys, Config::rows);
    uint32_t ring = (uint32_t)warp * Config::warp_bytes,
             wide = ring + 2 * Config::stages * Config::raw_bytes;
    DecodeSums<Config> sums;
#pragma unroll
    for (int m = 0; m < Config::row_tiles; m++) {
        softmax_start(sums.rows[m]);
#pragma unroll
        for (int i = 0; i < Config::dims / 2; i++)
            sums.output[m][i] = 0;
    }
    // A warp's tile t is work.first + warp + t warps; tiles t .. t + stages - 2 are under way while t is worked on.
    int first = work.first + warp, ahead = first;
    uint32_t rows = decode_look_up(shape, work.tile, ahead * Config::keys + lane % 16);
#pragma unroll
    for (int stage = 0; stage < Config::stages - 1; stage++, ahead += Config::warps) {
        if (ahead < work.end)
            decode_copy<Config>(thread, shape, ring + (uint32_t)stage * 2 * Config::raw_bytes, rows,
                                ahead);
        thread.copy_commit();
        rows = decode_look_up(shape, work.tile, (ahead + Config::warps) * Config::keys + lane % 16);
    }
    uint32_t queries[Config::row_tiles][Config::dims / 4];
    decode_queries<Config>(thread, shape, work, queries);
    int stage = 0;
    for (int key_tile = first; key_tile < work.end;
         key_tile += Config::warps, ahead += Config::warps) {
        thread.template copy_wait<Config::stages - 2>();
        thread.warp_sync(); // this tile is here, and no lane reads the one before it
        int free = stage == 0 ? Config::stages - 1 : stage - 1;
        if (ahead < work.end)
            decode_copy<Config>(thread, shape, ring + (uint32_t)free * 2 * Config::raw_bytes, rows,
                                ahead);
        thread.copy_commit();
        rows = decode_look_up(shape, work.tile, (ahead + Config::warps) * Config::keys + lane % 16);
        uint32_t keys = ring + (uint32_t)stage * 2 * Config::raw_bytes,
                 values = keys + Config::raw_bytes;
        if constexpr (Config::e4m3) {
            decode_widen<Config>(thread, keys, wide);
            decode_widen<Config>(thread, values, wide + Config::wide_bytes);
            thread.warp_sync();
            keys = wide;
            values = wide + Config::wide_bytes;
        }
        decode_step<Config>(thread, shape, work, keys, values, key_tile, queries, sums);
        stage = stage + 1 == Config::stages ? 0 : stage + 1;
    }
    thread.template copy_wait<0>();
    thread.warp_sync();
    decode_deposit<Config>(thread, sums);
    thread.sync();
    decode_collect<Config>(thread, shape, work);
}

// Joins the splits' parts: a block takes output row `block`, a thread two dims.
template <int v_dim, class Thread>
KERNEL_CALL void decode_join(Thread &thread, const DecodeShape &shape) {
    int64_t row = thread.block();
    const float *states = shape.part_rows + decode_part_row(shape, row, 0) * 2;
    const float *parts = shape.parts + decode_part_row(shape, row, 0) * v_dim + 2 * thread.thread();
    float most = states[0], sum = 0;
    FloatPair total = {0, 0};
    for (int split = 1; split < shape.splits; split++)
        most = larger(most, states[2 * split]);
    for (int split = 0; split < shape.splits; split++) {
        float fade = thread.exp2(states[2 * split] - most);
        FloatPair part = *reinterpret_cast<const FloatPair *>(parts + (int64_t)split * v_dim);
        sum += states[2 * split + 1] * fade;
        total.left += part.left * fade;
        total.right += part.right * fade;
    }
    *reinterpret_cast<uint32_t *>(shape.output + row * v_dim + 2 * thread.thread()) =
        thread.pack(total.left / sum, total.right / sum);
}

#endif
