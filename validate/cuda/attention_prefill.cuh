// cuda/attention_prefill.cuh — causal attention over many queries: portable kernel for mma.sync (sm_80 and later).
//
// A block takes `rows` queries of a head, 16 x row_tiles a warp, and walks over its keys from the diagonal to the left,
// `keys` at a time, with an online softmax; keys of the next block are copied while the values' product runs, values while
// the scores' product does (FlashAttention-2: Dao 2023).
#ifndef VALIDATE_CUDA_ATTENTION_PREFILL_CUH
#define VALIDATE_CUDA_ATTENTION_PREFILL_CUH

#include "validate/cuda/attention_softmax.cuh"

// Queries (sequence, query, head, qk_dim), keys and values (sequence, token, kv_head, dim), output (sequence, query, head,
// v_dim), bf16, 16-byte aligned.
struct PrefillShape {
    const Bf16 *queries, *keys, *values;
    Bf16 *output;
    int batch, q_len, kv_len, heads, kv_heads, window;
    int section;      // prefill_tile
    float scale_log2; // log2(e) / sqrt(qk_dim)
};

template <int qk_dim_, int v_dim_, int keys_, int row_tiles_> struct PrefillConfig {
    static constexpr int qk_dim = qk_dim_, v_dim = v_dim_, keys = keys_, row_tiles = row_tiles_;
    static constexpr int warps = 4, threads = warps * WARP_LANES, rows = warps * 16 * row_tiles;
    static constexpr uint32_t keys_place = rows * qk_dim * 2;
    static constexpr uint32_t values_place = keys_place + keys * qk_dim * 2;
    static constexpr uint32_t shared_bytes = values_place + keys * v_dim * 2;
};

// Copies a tile of `rows` rows of dims numbers; rows from `limit` on are zeros. stride: numbers between rows; safe: an
// address for what is not read.
template <int threads, int rows, int dims, class Thread>
KERNEL_CALL void tile_copy(Thread &thread, uint32_t place, const Bf16 *from, int64_t stride,
                           int limit, const Bf16 *safe) {
    constexpr int chunks = dims / 8;
    static_assert(rows * chunks % threads == 0, "every thread copies as much");
    int index = thread.thread(), row = index / chunks, chunk = index % chunks;
    if constexpr (threads % chunks == 0) { // then all of a thread's chunks stand below each other
        constexpr int step = threads / chunks;
        from += row * stride + chunk * 8;
#pragma unroll
        for (int i = 0; i < rows / step; i++, row += step, from += step * stride)
            thread.copy16(place + chunk_place(row, chunk, dims * 2), row < limit ? from : safe,
                          row < limit);
    } else {
#pragma unroll
        for (int i = 0; i < rows * chunks / threads; i++) {
            row = (i * threads + index) / chunks;
            chunk = (i * threads + index) % chunks;
            thread.copy16(place + chunk_place(row, chunk, dims * 2),
                          row < limit ? from + row * stride + chunk * 8 : safe, row < limit);
        }
    }
}

// What a block of threads works on. Small: it lives in registers beside the accumulators.
template <class Config> struct PrefillWork {
    int first_query, first_position; // of its rows
    PrefillTile tile;
    int kv_head;
    KeyBlocks blocks;

    KERNEL_CALL PrefillWork(const PrefillShape &shape, int index) {
        int query_blocks = (shape.q_len + Config::rows - 1) / Config::rows;
        tile = prefill_tile(index, query_blocks, shape.heads, shape.batch * shape.heads,
                            shape.section);
        kv_head = tile.head / (shape.heads / shape.kv_heads);
        first_query = tile.block * Config::rows;
        first_position = shape.kv_len - shape.q_len + first_query;
        blocks = key_blocks(first_position, last_position(shape), shape.window, Config::keys);
    }
    KERNEL_CALL int last_position(const PrefillShape &shape) const {
        int last = first_position + Config::rows - 1;
        return last < shape.kv_len ? last : shape.kv_len - 1;
    }
    KERNEL_CALL int64_t output_row(const PrefillShape &shape, int query) const {
        return ((int64_t)tile.sequence * shape.q_len + query) * shape.heads + tile.head;
    }
    KERNEL_CALL int64_t cache_row(const PrefillShape &shape, int token) const {
        return ((int64_t)tile.sequence * shape.kv_len + token) * shape.kv_heads + kv_head;
    }
};

template <class Config, class Thread>
KERNEL_CALL void prefill_queries(Thread &thread, const PrefillShape &shape,
                                 const PrefillWork<Config> &work) {
    const Bf16 *from = shape.queries + work.output_row(shape, work.first_query) * Config::qk_dim;
    tile_copy<Config::threads, Config::rows, Config::qk_dim>(
        thread, 0, from, (int64_t)shape.heads * Config::qk_dim, shape.q_len - work.first_query,
        shape.queries);
}

template <class Config, class Thread>
KERNEL_CALL void prefill_keys(Thread &thread, const PrefillShape &shape,
                              const PrefillWork<Config> &work, int block) {
    int token = block * Config::keys;
    tile_copy<Config::threads, Config::keys, Config::qk_dim>(
        thread, Config::keys_place, shape.keys + work.cache_row(shape, token) * Config::qk_dim,
        (int64_t)shape.kv_heads * Config::qk_dim, shape.kv_len - token, shape.keys);
    thread.copy_commit();
}

template <class Config, class Thread>
KERNEL_CALL void prefill_values(Thread &thread, const PrefillShape &shape,
                                const PrefillWork<Config> &work, int block) {
    int token = block * Config::keys;
    tile_copy<Config::threads, Config::keys, Config::v_dim>(
        thread, Config::values_place, shape.values + work.cache_row(shape, token) * Config::v_dim,
        (int64_t)shape.kv_heads * Config::v_dim, shape.kv_len - token, shape.values);
    thread.copy_commit();
}

// s = Q K^T of the warp's rows.
template <class Config, class Thread>
KERNEL_CALL void prefill_scores(Thread &thread, float (&s)[Config::row_tiles][Config::keys / 2]) {
    int lane = thread.thread() % WARP_LANES, warp = thread.thread() / WARP_LANES;
    constexpr int row_bytes = Config::qk_dim * 2;
    uint32_t queries = chunk_place(warp * Config::row_tiles * 16 + rows_first_row(lane),
                                   rows_first_chunk(lane), row_bytes);
    uint32_t keys = Config::keys_place +
                    chunk_place(chunks_first_row(lane), chunks_first_chunk(lane), row_bytes);
#pragma unroll
    for (int m = 0; m < Config::row_tiles; m++)
#pragma unroll
        for (int i = 0; i < Config::keys / 2; i++)
            s[m][i] = 0;
#pragma unroll
    for (int k = 0; k < Config::qk_dim / 16; k++) {
        uint32_t a[Config::row_tiles][4], b[4];
#pragma unroll
        for (int m = 0; m < Config::row_tiles; m++)
            thread.load_matrices(a[m], chunk_step(queries, k) + (uint32_t)(m * 16 * row_bytes));
#pragma unroll
        for (int n = 0; n < Config::keys / 16; n++) {
            thread.load_matrices(b, chunk_step(keys, k) + (uint32_t)(n * 16 * row_bytes));
#pragma unroll
            for (int m = 0; m < Config::row_tiles; m++) {
                thread.multiply(&s[m][8 * n], a[m], b[0], b[1]);
                thread.multiply(&s[m][8 * n + 4], a[m], b[2], b[3]);
            }
        }
    }
}

// output += weights V.
template <class Config, class Thread>
KERNEL_CALL void prefill_product(Thread &thread,
                                 const uint32_t (&weights)[Config::row_tiles][Config::keys / 4],
                                 float (&output)[Config::row_tiles][Config::v_dim / 2]) {
    int lane = thread.thread() % WARP_LANES;
    constexpr int row_bytes = Config::v_dim * 2;
    uint32_t values =
        Config::values_place + chunk_place(rows_first_row(lane), rows_first_chunk(lane), row_bytes);
#pragma unroll
    for (int k = 0; k < Config::keys / 16; k++)
#pragma unroll
        for (int n = 0; n < Config::v_dim / 16; n++) {
            uint32_t b[4];
            thread.load_turned(b, chunk_step(values, n) + (uint32_t)(k * 16 * row_bytes));
#pragma unroll
            for (int m = 0; m < Config::row_tiles; m++) {
                thread.multiply(&output[m][8 * n], &weights[m][4 * k], b[0], b[1]);
                thread.multiply(&output[m][8 * n + 4], &weights[m][4 * k], b[2], b[3]);
            }
        }
}

// Divides by the sums and writes a fragment's two rows, if there are such queries.
template <int v_dim, class Work, class Thread>
KERNEL_CALL void prefill_write(Thread &thread, const PrefillShape &shape, const Work &work,
                               const float (&output)[v_dim / 2], SoftmaxRows &rows, int row) {
    int lane = thread.thread() % WARP_LANES;
    softmax_join(thread, rows);
#pragma unroll
    for (int half = 0; half < 2; half++) {
        int query = work.first_query + row + fragment_row(lane, half);
        if (query >= shape.q_len)
            continue;
        float share = 1.0f / rows.sum[half];
        Bf16 *to = shape.output + work.output_row(shape, query) * v_dim;
#pragma unroll
        for (int tile = 0; tile < v_dim / 8; tile++)
            *reinterpret_cast<uint32_t *>(to + fragment_column(lane, tile, 0)) = thread.pack(
                output[4 * tile + 2 * half] * share, output[4 * tile + 2 * half + 1] * share);
    }
}

template <class Config, class Thread>
KERNEL_CALL void prefill_body(Thread &thread, const PrefillShape &shape) {
    int lane = thread.thread() % WARP_LANES, warp = thread.thread() / WARP_LANES;
    PrefillWork<Config> work(shape, thread.block());
    float output[Config::row_tiles][Config::v_dim / 2];
    SoftmaxRows rows[Config::row_tiles];
#pragma unroll
    for (int m = 0; m < Config::row_tiles; m++) {
        softmax_start(rows[m]);
#pragma unroll
        for (int i = 0; i < Config::v_dim / 2; i++)
            output[m][i] = 0;
    }
    prefill_queries(thread, shape, work);
    prefill_keys(thread, shape, work, work.blocks.end - 1);
    for (int block = work.blocks.end - 1; block >= work.blocks.first; block--) {
        thread.template copy_wait<0>();
        thread.sync(); // keys are here, and nobody reads the values before these
        prefill_values(thread, shape, work, block);
        float s[Config::row_tiles][Config::keys / 2];
        prefill_scores<Config>(thread, s);
        thread.template copy_wait<0>();
        thread.sync(); // values are here, and nobody reads these keys any more
        if (block > work.blocks.first)
            prefill_keys(thread, shape, work, block - 1);
        uint32_t weights[Config::row_tiles][Config::keys / 4];
        bool masked = block_masked(block, Config::keys, work.first_position,
                                   work.last_position(shape), shape.window);
#pragma unroll
        for (int m = 0; m < Config::row_tiles; m++) {
            int row = (warp * Config::row_tiles + m) * 16 + fragment_row(lane, 0);
            if (masked)
                softmax_mask<Config::keys>(s[m], lane, work.first_position + row,
                                           block * Config::keys, shape.window);
            softmax_block<Config::keys>(thread, s[m], shape.scale_log2, rows[m]);
            softmax_fade(output[m], rows[m]);
            softmax_pack<Config::keys>(thread, s[m], weights[m]);
        }
        prefill_product<Config>(thread, weights, output);
    }
#pragma unroll
    for (int m = 0; m < Config::row_tiles; m++)
        prefill_write<Config::v_dim>(thread, shape, work, output[m], rows[m],
                                     (warp * Config::row_tiles + m) * 16);
}

#endif
