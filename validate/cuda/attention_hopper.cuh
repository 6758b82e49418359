// cuda/attention_hopper.cuh — causal attention over many queries for Hopper: wgmma, tensor copies, specialised warpgroups.
//
// A block takes 128 queries of a head. Warpgroup 0 has the copy engine fill two stages each of keys and values; warpgroups 1
// and 2 take 64 queries each. In each, the scores of a block are multiplied before the values' product of the block
// before it, so that the softmax runs beside that product; and the two take turns at the matrix units, so that one's softmax runs
// beside the other's products (FlashAttention-3: Shah et al. 2024, sections 3.1 and 3.2).
//
// Tiles lie in panels of 64 dims: rows of 128 bytes with the 128-byte swizzle, panel after panel.
#ifndef VALIDATE_CUDA_ATTENTION_HOPPER_CUH
#define VALIDATE_CUDA_ATTENTION_HOPPER_CUH

#include "validate/cuda/attention_prefill.cuh"

template <int qk_dim_, int v_dim_, int keys_> struct HopperConfig {
    static constexpr int qk_dim = qk_dim_, v_dim = v_dim_, keys = keys_;
    static constexpr int rows = 128, threads = 384, stages = 2;
    static constexpr int own_dims = v_dim; // of the values, that a warpgroup multiplies
    static constexpr int product_dims = v_dim < 128 ? v_dim : 128; // columns of one instruction
    static constexpr uint32_t query_bytes = rows * qk_dim * 2;
    static constexpr uint32_t key_bytes = keys * qk_dim * 2, value_bytes = keys * v_dim * 2;
    static constexpr uint32_t keys_place = query_bytes;
    static constexpr uint32_t values_place = keys_place + stages * key_bytes;
    static constexpr uint32_t barriers_place = values_place + stages * value_bytes;
    static constexpr uint32_t shared_bytes = barriers_place + 128;
    static constexpr int consumer_warps = 8;
    // Of 65536: 2 x 128 threads that multiply and 128 that copy, in steps of 8.
    static constexpr int consumer_registers = 240, producer_registers = 24;
};

// Barriers, 8 bytes each: queries here; of each stage keys here, keys read, values here, values read.
enum HopperBarrier {
    QUERIES_HERE,
    KEYS_HERE,
    KEYS_READ = 3,
    VALUES_HERE = 5,
    VALUES_READ = 7,
    HOPPER_BARRIERS = 9
};

template <class Config> KERNEL_CALL uint32_t hopper_barrier(HopperBarrier which, int stage) {
    return Config::barriers_place + 8 * ((uint32_t)which + (uint32_t)stage);
}

// Named barriers by which the warpgroups take turns; 0 is that of the whole block.
KERNEL_CALL int hopper_turn(int group) {
    return 1 + group;
}

template <class Map> struct HopperMaps { Map queries, keys, values; };

// One thread's work: waits until a stage has been read, then has it filled.
template <class Config, class Thread>
KERNEL_CALL void hopper_fill(Thread &thread, const typename Thread::Map &map, HopperBarrier here,
                             HopperBarrier read, uint32_t place, int dims, int turn, int head,
                             int token, int sequence) {
    int stage = turn % Config::stages, round = turn / Config::stages;
    uint32_t bytes = (uint32_t)(Config::keys * dims * 2),
             barrier = hopper_barrier<Config>(here, stage);
    thread.barrier_wait(hopper_barrier<Config>(read, stage), (round & 1) ^ 1);
    thread.barrier_expect(barrier, (int)bytes);
    place += (uint32_t)stage * bytes;
    for (int dim = 0; dim < dims; dim += 64)
        thread.panel_load(map, place + (uint32_t)(dim * 2 * Config::keys), barrier, dim, head,
                          token, sequence);
}

// In the order of their use: queries, keys, then of each block the keys before the values of the block before it.
template <class Config, class Thread>
KERNEL_CALL void hopper_produce(Thread &thread, const HopperMaps<typename Thread::Map> &maps,
                                const PrefillWork<Config> &work) {
    int sequence = work.tile.sequence, count = work.blocks.end - work.blocks.first;
    uint32_t barrier = hopper_barrier<Config>(QUERIES_HERE, 0);
    thread.barrier_expect(barrier, (int)Config::query_bytes);
    for (int dim = 0; dim < Config::qk_dim; dim += 64)
        thread.panel_load(maps.queries, (uint32_t)(dim * 2 * Config::rows), barrier, dim,
                          work.tile.head, work.first_query, sequence);
    for (int turn = 0; turn <= count; turn++) {
        int token = (work.blocks.end - 1 - turn) * Config::keys;
        if (turn < count)
            hopper_fill<Config>(thread, maps.keys, KEYS_HERE, KEYS_READ, Config::keys_place,
                                Config::qk_dim, turn, work.kv_head, token, sequence);
        if (turn > 0)
            hopper_fill<Config>(thread, maps.values, VALUES_HERE, VALUES_READ, Config::values_place,
                                Config::v_dim, turn - 1, work.kv_head, token + Config::keys,
                                sequence);
    }
}

// Starts s = Q K^T of the warpgroup's 64 rows.
template <class Config, class Thread>
KERNEL_CALL void hopper_scores(Thread &thread, int group, int turn, float (&s)[Config::keys / 2]) {
    uint32_t stage = (uint32_t)(turn % Config::stages);
    PanelDescriptor queries = thread.panels((uint32_t)group * 64 * 128, 16);
    PanelDescriptor keys = thread.panels(Config::keys_place + stage * Config::key_bytes, 16);
    thread.hold(s);
    thread.group_begin();
#pragma unroll
    for (int k = 0; k < Config::qk_dim / 16; k++)
        thread.template group_multiply<Config::keys>(
            s, panel_descriptor_at(queries, step_along_rows(k, Config::rows)),
            panel_descriptor_at(keys, step_along_rows(k, Config::keys)), k > 0);
    thread.group_commit();
}

// Starts output += weights V. values_place: of stage 0.
template <class Config, class Thread>
KERNEL_CALL void hopper_product(Thread &thread, uint32_t values_place, int turn,
                                uint32_t (&weights)[Config::keys / 4],
                                float (&output)[Config::own_dims / 2]) {
    uint32_t stage = (uint32_t)(turn % Config::stages);
    constexpr uint32_t panel_bytes = Config::keys * 128;
    PanelDescriptor values = thread.panels(values_place + stage * Config::value_bytes, panel_bytes);
    thread.hold(output);
    thread.hold(weights);
    thread.group_begin();
#pragma unroll
    for (int k = 0; k < Config::keys / 16; k++)
#pragma unroll
        for (int n = 0; n < Config::own_dims; n += Config::product_dims)
            thread.template group_multiply_rows<Config::product_dims>(
                output, n / 2, &weights[4 * k],
                panel_descriptor_at(values, (uint32_t)(n / 64) * panel_bytes + step_down_rows(k)),
                true);
    thread.group_commit();
}

template <class Config, class Thread>
KERNEL_CALL void hopper_release(Thread &thread, HopperBarrier read, int turn) {
    if (thread.thread() % WARP_LANES == 0)
        thread.barrier_arrive(hopper_barrier<Config>(read, turn % Config::stages));
}

template <class Config, class Thread>
KERNEL_CALL void hopper_await(Thread &thread, HopperBarrier here, int turn) {
    thread.barrier_wait(hopper_barrier<Config>(here, turn % Config::stages),
                        turn / Config::stages & 1);
}

// Masks a block's scores where the block needs it. position: of the lane's first row.
template <class Config>
KERNEL_CALL void hopper_mask(float (&s)[Config::keys / 2], const PrefillShape &shape,
                             const PrefillWork<Config> &work, int lane, int position, int turn) {
    int block = work.blocks.end - 1 - turn;
    if (block_masked(block, Config::keys, work.first_position, work.last_position(shape),
                     shape.window))
        softmax_mask<Config::keys>(s, lane, position, block * Config::keys, shape.window);
}

template <class Config, class Thread>
KERNEL_CALL void hopper_consume(Thread &thread, const PrefillShape &shape,
                                const PrefillWork<Config> &work, int group) {
    int lane = thread.thread() % WARP_LANES, warp = thread.thread() / WARP_LANES % 4;
    int row = group * 64 + warp * 16, position = work.first_position + row + fragment_row(lane, 0);
    int count = work.blocks.end - work.blocks.first;
    float s[Config::keys / 2], output[Config::v_dim / 2];
    uint32_t weights[Config::keys / 4];
    SoftmaxRows rows;
    softmax_start(rows);
#pragma unroll
    for (int i = 0; i < Config::v_dim / 2; i++)
        output[i] = 0;
    if (group == 1 && count > 1) // warpgroup 0's turn comes first
        thread.group_arrive(hopper_turn(0), 256);

    hopper_await<Config>(thread, QUERIES_HERE, 0);
    hopper_await<Config>(thread, KEYS_HERE, 0);
    hopper_scores<Config>(thread, group, 0, s);
    thread.template group_wait<0>();
    thread.hold(s);
    hopper_release<Config>(thread, KEYS_READ, 0);
    hopper_mask(s, shape, work, lane, position, 0);
    softmax_block<Config::keys>(thread, s, shape.scale_log2, rows);
    softmax_pack<Config::keys>(thread, s, weights);

    if (count > 1)
        hopper_await<Config>(thread, KEYS_HERE, 1);
    for (int turn = 1; turn < count; turn++) {
        bool more = turn + 1 < count;
        thread.group_sync(hopper_turn(group), 256);
        hopper_scores<Config>(thread, group, turn, s);
        hopper_await<Config>(thread, VALUES_HERE, turn - 1);
        hopper_product<Config>(thread, Config::values_place, turn - 1, weights, output);
        if (group == 0 || more) // nobody waits for the last of these
            thread.group_arrive(hopper_turn(1 - group), 256);
        thread.template group_wait<1>();
        thread.hold(s);
        hopper_release<Config>(thread, KEYS_READ, turn);
        hopper_mask(s, shape, work, lane, position, turn);
        softmax_block<Config::keys>(thread, s, shape.scale_log2, rows);
        // Here rather than on top: the assembler takes a wait for matrix instructions up past arithmetic, but not out of
        // its basic block, and this one, a loop, begins the block in which the product is waited for.
        if (more)
            hopper_await<Config>(thread, KEYS_HERE, turn + 1);
        thread.template group_wait<0>();
        thread.hold(output);
        hopper_release<Config>(thread, VALUES_READ, turn - 1);
        softmax_fade(output, rows);
        softmax_pack<Config::keys>(thread, s, weights);
    }

    hopper_await<Config>(thread, VALUES_HERE, count - 1);
    hopper_product<Config>(thread, Config::values_place, count - 1, weights, output);
    thread.template group_wait<0>();
    thread.hold(output);
    prefill_write<Config::v_dim>(thread, shape, work, output, rows, row);
}

template <class Config, class Thread>
KERNEL_CALL void hopper_body(Thread &thread, const PrefillShape &shape,
                             const HopperMaps<typename Thread::Map> &maps) {
    PrefillWork<Config> work(shape, thread.block());
    if (thread.thread() == 0) {
        thread.map_prefetch(maps.queries);
        thread.map_prefetch(maps.keys);
        thread.map_prefetch(maps.values);
        thread.barrier_init(hopper_barrier<Config>(QUERIES_HERE, 0), 1);
        for (int stage = 0; stage < Config::stages; stage++) {
            thread.barrier_init(hopper_barrier<Config>(KEYS_HERE, stage), 1);
            thread.barrier_init(hopper_barrier<Config>(VALUES_HERE, stage), 1);
            thread.barrier_init(hopper_barrier<Config>(KEYS_READ, stage), Config::consumer_warps);
            thread.barrier_init(hopper_barrier<Config>(VALUES_READ, stage), Config::consumer_warps);
        }
        thread.barrier_publish();
    }
    thread.sync();
    if (thread.thread() < 128) {
        thread.template registers_give<Config::producer_registers>();
        if (thread.thread() == 0)
            hopper_produce<Config>(thread, maps, work);
    } else {
        thread.template registers_take<Config::consumer_registers>();
        hopper_consume<Config>(thread, shape, work, thread.uniform(thread.thread() / 128 - 1));
    }
}

#endif
