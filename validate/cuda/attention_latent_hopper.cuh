// cuda/attention_latent_hopper.cuh — decode attention over a shared latent (cuda/attention_latent.cuh) for Hopper, on wgmma.
//
// A block takes 64 rows and walks over tiles of 64 keys. Warpgroup 0 copies; warpgroups 1 and 2 each work out all the
// scores, and so need no exchange, and each multiplies the weights with its half of the values' 512 dims. Twice the
// scores cost less than what they wait for: the cache.
#ifndef VALIDATE_CUDA_ATTENTION_LATENT_HOPPER_CUH
#define VALIDATE_CUDA_ATTENTION_LATENT_HOPPER_CUH

#include "validate/cuda/attention_hopper.cuh"
#include "validate/cuda/attention_latent.cuh"

struct LatentHopperConfig {
    static constexpr int qk_dim = 576, v_dim = 512, own_dims = 256, product_dims = 128;
    static constexpr int keys = 64, rows = 64, stages = 2, threads = 384;
    static constexpr int panels = qk_dim / 64;
    static constexpr uint32_t key_bytes = keys * qk_dim * 2, value_bytes = key_bytes;
    static constexpr uint32_t keys_place = rows * qk_dim * 2; // after the queries
    static constexpr uint32_t barriers_place = keys_place + stages * key_bytes;
    static constexpr uint32_t shared_bytes = barriers_place + 8 * HOPPER_BARRIERS;
    static constexpr int consumer_warps = 8, producers = 128;
    static constexpr int consumer_registers = 232, producer_registers = 40;
};

// Copies 32 rows from row `first` on of a tile of 64: eight threads a row, so that each instruction reads whole lines.
template <class Config, class Thread, class RowOf>
KERNEL_CALL void latent_panels(Thread &thread, uint32_t place, int first, const Bf16 *from,
                               RowOf row_of) {
#pragma unroll
    for (int pass = 0; pass < 2; pass++) {
        int row = first + pass * 16 + thread.thread() / 8, chunk = thread.thread() % 8;
        int64_t source = row_of(row);
        const Bf16 *read = from + (source < 0 ? 0 : source * Config::qk_dim + chunk * 8);
        uint32_t to = place + chunk_place(row, chunk, 128);
        static_assert(Config::rows == Config::keys, "panels of both are as high");
#pragma unroll
        for (int panel = 0; panel < Config::panels; panel++)
            thread.copy16(to + (uint32_t)(panel * Config::keys * 128),
                          read + (source < 0 ? 0 : panel * 64), source >= 0);
    }
}

// Halves of tiles follow each other so closely that one is always under way while the one before it is waited for.
template <class Config, class Thread>
KERNEL_CALL void latent_produce(Thread &thread, const DecodeShape &shape, const DecodeWork &work) {
    int halves = 2 * (work.end - work.first);
    for (int first = 0; first < Config::rows; first += 32)
        latent_panels<Config>(thread, 0, first, shape.queries, [&](int row) {
            int own = work.first_row + row;
            return own < work.group_rows ? decode_output_row(shape, work.tile.sequence, 0, own)
                                         : -1;
        });
    for (int half = 0; half <= halves; half++) {
        int turn = half / 2, stage = turn % Config::stages,
            token = (work.first + turn) * Config::keys;
        if (half < halves) {
            if (half % 2 == 0)
                thread.barrier_wait(hopper_barrier<Config>(KEYS_READ, stage),
                                    (turn / Config::stages & 1) ^ 1);
            latent_panels<Config>(
                thread, Config::keys_place + (uint32_t)stage * Config::key_bytes, half % 2 * 32,
                static_cast<const Bf16 *>(shape.keys), [&](int row) {
                    return token + row < shape.kv_len
                               ? (int64_t)decode_look_up(shape, work.tile, token + row)
                               : -1;
                });
        }
        thread.copy_commit();
        if (half > 0 &&
            half % 2 == 0) { // the tile before is complete but for this thread's last half
            thread.template copy_wait<1>();
            thread.barrier_show();
            thread.barrier_arrive(hopper_barrier<Config>(KEYS_HERE, (turn - 1) % Config::stages));
        }
    }
}

template <class Config>
KERNEL_CALL void latent_mask(float (&s)[Config::keys / 2], const DecodeShape &shape,
                             const DecodeWork &work, int lane, int row, int key_tile) {
    int first_position = shape.kv_len - shape.q_len;
    if (!block_masked(key_tile, Config::keys, first_position, shape.kv_len - 1, shape.window))
        return;
    int query[2];
    for (int half = 0; half < 2; half++)
        query[half] = (work.first_row + row + fragment_row(lane, half)) / shape.heads;
#pragma unroll
    for (int i = 0; i < Config::keys / 2; i++) {
        int key = key_tile * Config::keys + fragment_column(lane, i / 4, i % 2);
        if (!key_seen(first_position + query[i / 2 % 2], key, shape.window))
            s[i] = MASKED_SCORE;
    }
}

// Writes a warpgroup's dims: the output where there is one split, else this split's part.
template <class Config, class Thread>
KERNEL_CALL void latent_deliver(Thread &thread, const DecodeShape &shape, const DecodeWork &work,
                                int group, int row, SoftmaxRows &rows,
                                const float (&output)[Config::own_dims / 2]) {
    int lane = thread.thread() % WARP_LANES;
    softmax_join(thread, rows);
#pragma unroll
    for (int half = 0; half < 2; half++) {
        int own = work.first_row + row + fragment_row(lane, half);
        if (own >= work.group_rows)
            continue;
        int64_t to = decode_output_row(shape, work.tile.sequence, 0, own);
        int64_t part = decode_part_row(shape, to, work.tile.split);
        float share = 1.0f / rows.sum[half];
        if (shape.splits > 1 && group == 0 && lane % 4 == 0) {
            FloatPair state = {rows.most[half] * shape.scale_log2, rows.sum[half]};
            *reinterpret_cast<FloatPair *>(shape.part_rows + part * 2) = state;
        }
#pragma unroll
        for (int tile = 0; tile < Config::own_dims / 8; tile++) {
            int dim = group * Config::own_dims + fragment_column(lane, tile, 0);
            FloatPair pair = {output[4 * tile + 2 * half], output[4 * tile + 2 * half + 1]};
            if (shape.splits > 1)
                *reinterpret_cast<FloatPair *>(shape.parts + part * Config::v_dim + dim) = pair;
            else
                *reinterpret_cast<uint32_t *>(shape.output + to * Config::v_dim + dim) =
                    thread.pack(pair.left * share, pair.right * share);
        }
    }
}

template <class Config, class Thread>
KERNEL_CALL void latent_consume(Thread &thread, const DecodeShape &shape, const DecodeWork &work,
                                int group) {
    int lane = thread.thread() % WARP_LANES, row = thread.thread() / WARP_LANES % 4 * 16;
    uint32_t values =
        Config::keys_place + (uint32_t)(group * (Config::own_dims / 64) * Config::keys * 128);
    float s[Config::keys / 2], output[Config::own_dims / 2];
    uint32_t weights[Config::keys / 4];
    SoftmaxRows rows;
    softmax_start(rows);
#pragma unroll
    for (int i = 0; i < Config::own_dims / 2; i++)
        output[i] = 0;
    for (int turn = 0; turn < work.end - work.first; turn++) {
        hopper_await<Config>(thread, KEYS_HERE, turn);
        hopper_scores<Config>(thread, 0, turn, s);
        thread.template group_wait<0>();
        thread.hold(s);
        latent_mask<Config>(s, shape, work, lane, row, work.first + turn);
        softmax_block<Config::keys>(thread, s, shape.scale_log2, rows);
        softmax_fade(output, rows);
        softmax_pack<Config::keys>(thread, s, weights);
        hopper_product<Config>(thread, values, turn, weights, output);
        thread.template group_wait<0>();
        thread.hold(output);
        hopper_release<Config>(thread, KEYS_READ, turn);
    }
    latent_deliver<Config>(thread, shape, work, group, row, rows, output);
}

template <class Config, class Thread>
KERNEL_CALL void latent_hopper_body(Thread &thread, const DecodeShape &shape) {
    DecodeWork work(shape, thread.block(), Config::keys, Config::rows);
    if (thread.thread() == 0) {
        for (int stage = 0; stage < Config::stages; stage++) {
            thread.barrier_init(hopper_barrier<Config>(KEYS_HERE, stage), Config::producers);
            thread.barrier_init(hopper_barrier<Config>(KEYS_READ, stage), Config::consumer_warps);
        }
        thread.barrier_publish();
    }
    thread.sync();
    if (thread.thread() < Config::producers) {
        thread.template registers_give<Config::producer_registers>();
        latent_produce<Config>(thread, shape, work);
    } else {
        thread.template registers_take<Config::consumer_registers>();
        latent_consume<Config>(thread, shape, work, thread.uniform(thread.thread() / 128 - 1));
    }
}

#endif
