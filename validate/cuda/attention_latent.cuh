// cuda/attention_latent.cuh — decode attention whose heads share one latent: a key of 576 numbers whose first 512 are the value
// (multi-head latent attention in its absorbed form: DeepSeek-AI 2024, section 2.1).
//
// With so many rows to a key, a block's eight warps work on the same tile of 32 keys: for the scores each takes 16 rows and
// 16 keys, for the product with the values all 64 rows and 64 dims; the weights go through shared memory between.
#ifndef VALIDATE_CUDA_ATTENTION_LATENT_CUH
#define VALIDATE_CUDA_ATTENTION_LATENT_CUH

#include "validate/cuda/attention_decode.cuh"

template <int stages_> struct LatentConfig {
    static constexpr int stages = stages_;
    static constexpr int qk_dim = 576, v_dim = 512, keys = 32, rows = 64;
    static constexpr int warps = 8, threads = warps * WARP_LANES;
    static constexpr int warp_dims = v_dim / warps;
    static constexpr uint32_t tile_bytes = keys * qk_dim * 2;
    static constexpr uint32_t ring_place = rows * qk_dim * 2;
    static constexpr uint32_t weights_place = ring_place + stages * tile_bytes; // 64 x 32, bf16
    static constexpr uint32_t most_place =
        weights_place + rows * keys * 2; // of each half of the keys, by row
    static constexpr uint32_t fade_place = most_place + 2 * rows * 4;
    static constexpr uint32_t sum_place = fade_place + rows * 4; // of each half of the keys
    static constexpr uint32_t shared_bytes = sum_place + 2 * rows * 4;
};

// Copies `count` rows, whose place in `from` row_of tells (< 0: zeros), by all threads.
template <class Config, int count, class Thread, class RowOf>
KERNEL_CALL void latent_copy(Thread &thread, uint32_t place, const Bf16 *from, RowOf row_of) {
    constexpr int chunks = Config::qk_dim / 8;
    static_assert(count * chunks % Config::threads == 0, "every thread copies as much");
#pragma unroll
    for (int i = 0; i < count * chunks / Config::threads; i++) {
        int index = i * Config::threads + thread.thread(), row = index / chunks,
            chunk = index % chunks;
        int64_t source = row_of(row);
        thread.copy16(place + chunk_place(row, chunk, Config::qk_dim * 2),
                      from + (source < 0 ? 0 : source * Config::qk_dim + chunk * 8), source >= 0);
    }
}

template <class Config, class Thread>
KERNEL_CALL void latent_keys(Thread &thread, const DecodeShape &shape, const DecodeWork &work,
                             int key_tile, int stage) {
    latent_copy<Config, Config::keys>(
        thread, Config::ring_place + (uint32_t)stage * Config::tile_bytes,
        static_cast<const Bf16 *>(shape.keys), [&](int row) {
            int token = key_tile * Config::keys + row;
            return token < shape.kv_len ? (int64_t)decode_look_up(shape, work.tile, token) : -1;
        });
}

// 16 rows x 16 keys of scores. Two sums, so that products need not wait for each other.
template <class Config, class Thread>
KERNEL_CALL void latent_scores(Thread &thread, int row, int key, uint32_t keys, float (&s)[8]) {
    int lane = thread.thread() % WARP_LANES;
    constexpr int row_bytes = Config::qk_dim * 2;
    uint32_t a_place = chunk_place(row + rows_first_row(lane), rows_first_chunk(lane), row_bytes);
    keys += chunk_place(key + chunks_first_row(lane), chunks_first_chunk(lane), row_bytes);
    float odd[8] = {};
#pragma unroll
    for (int i = 0; i < 8; i++)
        s[i] = 0;
#pragma unroll
    for (int k = 0; k < Config::qk_dim / 16; k++) {
        uint32_t a[4], b[4];
        float *sum = k % 2 ? odd : s;
        thread.load_matrices(a, chunk_step(a_place, k));
        thread.load_matrices(b, chunk_step(keys, k));
        thread.multiply(sum, a, b[0], b[1]);
        thread.multiply(sum + 4, a, b[2], b[3]);
    }
#pragma unroll
    for (int i = 0; i < 8; i++)
        s[i] += odd[i];
}

// Scores to weights in shared memory, with what the sums are to be faded by. Two of the block's barriers.
template <class Config, class Thread>
KERNEL_CALL void latent_weights(Thread &thread, const DecodeShape &shape, float (&s)[8], int row,
                                int half, SoftmaxRows &rows) {
    int lane = thread.thread() % WARP_LANES;
    float most[2];
    softmax_most<16>(thread, s, most);
#pragma unroll
    for (int i = 0; i < 2; i++)
        thread.template shared<float>(
            Config::most_place +
            (uint32_t)(half * Config::rows + row + fragment_row(lane, i)) * 4) = most[i];
    thread.sync();
#pragma unroll
    for (int i = 0; i < 2; i++)
        most[i] = larger(
            most[i], thread.template shared<float>(
                         Config::most_place +
                         (uint32_t)((1 - half) * Config::rows + row + fragment_row(lane, i)) * 4));
    softmax_weigh<16>(thread, s, most, shape.scale_log2, rows);
#pragma unroll
    for (int i = 0; i < 4; i++) { // tile i / 2 of 8 keys, row half i % 2
        int own_row = row + fragment_row(lane, i % 2);
        thread.template shared<uint32_t>(Config::weights_place +
                                         narrow_chunk_place(own_row, half * 2 + i / 2) +
                                         (uint32_t)(lane % 4) * 4) =
            thread.pack(s[4 * (i / 2) + 2 * (i % 2)], s[4 * (i / 2) + 2 * (i % 2) + 1]);
        if (half == 0 && i < 2)
            thread.template shared<float>(Config::fade_place + (uint32_t)own_row * 4) =
                rows.fade[i];
    }
    thread.sync();
}

// output (64 rows x the warp's dims) faded, then += weights V.
template <class Config, class Thread>
KERNEL_CALL void latent_product(Thread &thread, uint32_t values,
                                float (&output)[Config::rows / 16][Config::warp_dims / 2]) {
    int lane = thread.thread() % WARP_LANES, warp = thread.thread() / WARP_LANES;
    values += chunk_place(rows_first_row(lane), rows_first_chunk(lane), Config::qk_dim * 2) +
              (uint32_t)(warp * Config::warp_dims * 2);
#pragma unroll
    for (int m = 0; m < Config::rows / 16; m++)
#pragma unroll
        for (int half = 0; half < 2; half++) {
            float fade = thread.template shared<float>(
                Config::fade_place + (uint32_t)(m * 16 + fragment_row(lane, half)) * 4);
#pragma unroll
            for (int i = 0; i < Config::warp_dims / 8; i++) {
                output[m][4 * i + 2 * half] *= fade;
                output[m][4 * i + 2 * half + 1] *= fade;
            }
        }
#pragma unroll
    for (int k = 0; k < Config::keys / 16; k++) {
        uint32_t a[Config::rows / 16][4], b[4];
#pragma unroll
        for (int m = 0; m < Config::rows / 16; m++)
            thread.load_matrices(a[m], Config::weights_place +
                                           narrow_chunk_place(m * 16 + rows_first_row(lane),
                                                              2 * k + rows_first_chunk(lane)));
#pragma unroll
        for (int n = 0; n < Config::warp_dims / 16; n++) {
            thread.load_turned(b, chunk_step(values, n) + (uint32_t)(k * 16 * Config::qk_dim * 2));
#pragma unroll
            for (int m = 0; m < Config::rows / 16; m++) {
                thread.multiply(&output[m][8 * n], a[m], b[0], b[1]);
                thread.multiply(&output[m][8 * n + 4], a[m], b[2], b[3]);
            }
        }
    }
}

// Writes the warp's dims of all rows: the output where there is one split, else this split's part.
template <class Config, class Thread>
KERNEL_CALL void latent_write(Thread &thread, const DecodeShape &shape, const DecodeWork &work,
                              float (&output)[Config::rows / 16][Config::warp_dims / 2]) {
    int lane = thread.thread() % WARP_LANES, warp = thread.thread() / WARP_LANES;
#pragma unroll
    for (int m = 0; m < Config::rows / 16; m++)
#pragma unroll
        for (int half = 0; half < 2; half++) {
            int row = m * 16 + fragment_row(lane, half);
            if (work.first_row + row >= work.group_rows)
                continue;
            float sum = thread.template shared<float>(Config::sum_place + (uint32_t)row * 4) +
                        thread.template shared<float>(Config::sum_place +
                                                      (uint32_t)(Config::rows + row) * 4);
            int64_t to = decode_output_row(shape, work.tile.sequence, 0, work.first_row + row);
            int64_t part = decode_part_row(shape, to, work.tile.split);
            if (shape.splits > 1 && warp == 0 && lane % 4 == 0) {
                FloatPair state = {
                    thread.template shared<float>(Config::most_place + (uint32_t)row * 4) *
                        shape.scale_log2,
                    sum};
                *reinterpret_cast<FloatPair *>(shape.part_rows + part * 2) = state;
            }
#pragma unroll
            for (int i = 0; i < Config::warp_dims / 8; i++) {
                int dim = warp * Config::warp_dims + fragment_column(lane, i, 0);
                FloatPair pair = {output[m][4 * i + 2 * half], output[m][4 * i + 2 * half + 1]};
                if (shape.splits > 1)
                    *reinterpret_cast<FloatPair *>(shape.parts + part * Config::v_dim + dim) = pair;
                else
                    *reinterpret_cast<uint32_t *>(shape.output + to * Config::v_dim + dim) =
                        thread.pack(pair.left / sum, pair.right / sum);
            }
        }
}

// Each row's largest score and sums of weights to shared memory.
template <class Config, class Thread>
KERNEL_CALL void latent_deposit(Thread &thread, SoftmaxRows &rows, int row, int half) {
    int lane = thread.thread() % WARP_LANES;
    softmax_join(thread, rows);
#pragma unroll
    for (int i = 0; i < 2; i++) {
        uint32_t own = (uint32_t)(row + fragment_row(lane, i)) * 4;
        thread.template shared<float>(Config::sum_place + (uint32_t)half * Config::rows * 4 + own) =
            rows.sum[i];
        if (half == 0)
            thread.template shared<float>(Config::most_place + own) = rows.most[i];
    }
    thread.sync();
}

template <class Config, class Thread>
KERNEL_CALL void latent_body(Thread &thread, const DecodeShape &shape) {
    int lane = thread.thread() % WARP_LANES, warp = thread.thread() / WARP_LANES;
    int row = warp % 4 * 16, half = warp / 4; // of the scores
    DecodeWork work(shape, thread.block(), Config::keys, Config::rows);
    float output[Config::rows / 16][Config::warp_dims / 2];
    SoftmaxRows rows;
    softmax_start(rows);
#pragma unroll
    for (int m = 0; m < Config::rows / 16; m++)
#pragma unroll
        for (int i = 0; i < Config::warp_dims / 2; i++)
            output[m][i] = 0;
    latent_copy<Config, Config::rows>(thread, 0, shape.queries, [&](int query_row) {
        int own = work.first_row + query_row;
        return own < work.group_rows ? decode_output_row(shape, work.tile.sequence, 0, own) : -1;
    });
#pragma unroll
    for (int stage = 0; stage < Config::stages - 1; stage++) {
        if (work.first + stage < work.end)
            latent_keys<Config>(thread, shape, work, work.first + stage, stage);
        thread.copy_commit();
    }
    int first_position = shape.kv_len - shape.q_len;
    for (int key_tile = work.first; key_tile < work.end; key_tile++) {
        int turn = key_tile - work.first, ahead = key_tile + Config::stages - 1;
        thread.template copy_wait<Config::stages - 2>();
        thread.sync(); // this tile is here, and nobody reads the one before it, or its weights
        if (ahead < work.end)
            latent_keys<Config>(thread, shape, work, ahead,
                                (turn + Config::stages - 1) % Config::stages);
        thread.copy_commit();
        uint32_t keys = Config::ring_place + (uint32_t)(turn % Config::stages) * Config::tile_bytes;
        float s[8];
        latent_scores<Config>(thread, row, half * 16, keys, s);
        if (block_masked(key_tile, Config::keys, first_position, shape.kv_len - 1, shape.window)) {
#pragma unroll
            for (int i = 0; i < 8; i++) {
                int query = (work.first_row + row + fragment_row(lane, i / 2 % 2)) / shape.heads;
                int key = key_tile * Config::keys + half * 16 + fragment_column(lane, i / 4, i % 2);
                if (!key_seen(first_position + query, key, shape.window))
                    s[i] = MASKED_SCORE;
            }
        }
        latent_weights<Config>(thread, shape, s, row, half, rows);
        latent_product<Config>(thread, keys, output);
    }
    thread.template copy_wait<0>();
    thread.sync();
    latent_deposit<Config>(thread, rows, row, half);
    latent_write<Config>(thread, shape, work, output);
}

#endif
