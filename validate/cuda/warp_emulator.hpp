// cuda/warp_emulator.hpp — a block of GPU threads on the host, so that kernels' layouts are tested where there is no GPU.
//
// Each GPU thread is a fiber with the calls of GpuThread (cuda/attention_gpu.cuh). Instructions of a warp or warpgroup gather
// their lanes' operands and compute by the PTX ISA's tables, read anew here rather than taken from cuda/attention_lanes.cuh.
// Asynchronous work is done as late as the kernel's waits allow: reads before a wait find NaN or what was there before.
// Copies may be done at once instead (`eager`): what overwrites a buffer still in use then shows.
#ifndef VALIDATE_CUDA_WARP_EMULATOR_HPP
#define VALIDATE_CUDA_WARP_EMULATOR_HPP

#include "validate/cuda/block_emulator.hpp"

struct EmulatedThread {
    typedef emulated::Map Map;
    emulated::Block *home;
    int index;

    emulated::Fiber &fiber() const {
        return home->fibers[index];
    }
    int thread() const {
        return index;
    }
    int block() const {
        return home->index;
    }
    int blocks() const {
        return home->count;
    }
    template <typename T> T &shared(uint32_t place) const {
        if (!home->inside(place, sizeof(T)) || place % sizeof(T)) {
            home->fail("shared access outside or not aligned");
            place = 0;
        }
        return *reinterpret_cast<T *>(home->shared + place);
    }

    void meet(emulated::Meeting &meeting, int size) const {
        if (home->last_to_meet(meeting, size))
            home->go_on(meeting);
    }
    void sync() const {
        meet(home->whole, home->threads);
    }
    void warp_sync() const {
        meet(home->warps[index / 32], 32);
    }
    void group_sync(int name, int threads) const {
        meet(home->names[name], threads);
    }
    void group_arrive(int name, int threads) const {
        emulated::Meeting &meeting = home->names[name];
        if (++meeting.arrived == threads)
            home->go_on(meeting);
    }

    uint32_t shuffle(uint32_t value, int from) const {
        emulated::Meeting &warp = home->warps[index / 32];
        fiber().word = value;
        emulated::Fiber *lanes = home->fibers + index / 32 * 32;
        uint32_t result = 0;
        fiber().result = &result;
        fiber().operand[0] = lanes + from;
        if (home->last_to_meet(warp, 32)) {
            for (int lane = 0; lane < 32; lane++)
                *(uint32_t *)lanes[lane].result =
                    ((const emulated::Fiber *)lanes[lane].operand[0])->word;
            home->go_on(warp);
        }
        return result;
    }
    float shuffle_xor(float value, int mask) const {
        uint32_t bits;
        memcpy(&bits, &value, sizeof bits);
        bits = shuffle(bits, index % 32 ^ mask);
        memcpy(&value, &bits, sizeof value);
        return value;
    }
    int uniform(int value) const {
        return (int)shuffle((uint32_t)value, 0);
    }
    float exp2(float x) const {
        return ::exp2f(x);
    }
    void sine_cosine(float turns, float *sine, float *cosine) const {
        *sine = (float)sin(6.283185307179586 * (double)turns);
        *cosine = (float)cos(6.283185307179586 * (double)turns);
    }
    uint32_t pack(float low, float high) const {
        return emulated::bits_of(low) | (uint32_t)emulated::bits_of(high) << 16;
    }
    uint32_t raise(uint32_t pair) const {
        return pack(ldexpf(emulated::number((Bf16)pair), 120),
                    ldexpf(emulated::number((Bf16)(pair >> 16)), 120));
    }

    void copy16(uint32_t place, const void *from, bool valid) const {
        emulated::Copy copy = {place, from, valid};
        if (home->eager)
            home->do_copy(copy);
        else
            fiber().copies.add(copy);
    }
    void copy_commit() const {
        fiber().copy_groups.add(fiber().copies.count);
    }
    template <int left> void copy_wait() const {
        emulated::List<int> &ends = fiber().copy_groups;
        if (ends.count <= left)
            return;
        int done = ends.count - left, end = ends.items[done - 1];
        for (int i = 0; i < end; i++)
            home->do_copy(fiber().copies.items[i]);
        fiber().copies.drop(end);
        ends.drop(done);
        for (int i = 0; i < ends.count; i++)
            ends.items[i] -= end;
    }

    // turned: the lane holds two rows of a column instead of two columns of a row.
    void gather(uint32_t r[4], uint32_t place, bool turned) const {
        emulated::Meeting &warp = home->warps[index / 32];
        emulated::Fiber *lanes = home->fibers + index / 32 * 32;
        fiber().word = place;
        fiber().result = r;
        if (!home->last_to_meet(warp, 32))
            return;
        for (int matrix = 0; matrix < 4; matrix++) {
            unsigned sets = 0; // of four banks
            for (int row = 0; row < 8; row++)
                sets |= 1u << lanes[matrix * 8 + row].word / 16 % 8;
            if (sets != 0xff)
                home->fail("rows of a matrix share banks");
        }
        for (int lane = 0; lane < 32; lane++)
            for (int matrix = 0; matrix < 4; matrix++) {
                uint32_t pair = 0;
                for (int half = 0; half < 2; half++) {
                    int row = turned ? lane % 4 * 2 + half : lane / 4;
                    int column = turned ? lane / 4 : lane % 4 * 2 + half;
                    uint32_t from = lanes[matrix * 8 + row].word;
                    Bf16 bits = 0;
                    if (from % 16)
                        home->fail("matrix row not aligned to 16 bytes");
                    if (home->inside(from, 16))
                        memcpy(&bits, home->shared + from + column * 2, 2);
                    pair |= (uint32_t)bits << 16 * half;
                }
                ((uint32_t *)lanes[lane].result)[matrix] = pair;
            }
        home->go_on(warp);
    }
    void load_matrices(uint32_t r[4], uint32_t place) const {
        gather(r, place, false);
    }
    void load_turned(uint32_t r[4], uint32_t place) const {
        gather(r, place, true);
    }
    // mma.m16n8k16: B's registers hold rows 2q, 2q + 8 of column g; the accumulator rows g, g + 8, columns 2q, 2q + 1.
    void multiply(float *d, const uint32_t *a, uint32_t b0, uint32_t b1) const {
        emulated::Meeting &warp = home->warps[index / 32];
        emulated::Fiber *lanes = home->fibers + index / 32 * 32;
        uint32_t b[2] = {b0, b1};
        fiber().result = d;
        fiber().operand[0] = a;
        fiber().operand[1] = b;
        if (!home->last_to_meet(warp, 32))
            return;
        float left[16][16], right[16][8];
        for (int lane = 0; lane < 32; lane++) {
            emulated::Block::spread_a((const uint32_t *)lanes[lane].operand[0], lane, left);
            const uint32_t *own = (const uint32_t *)lanes[lane].operand[1];
            for (int i = 0; i < 4; i++)
                right[lane % 4 * 2 + i % 2 + (i / 2) * 8][lane / 4] =
                    emulated::number((Bf16)(own[i / 2] >> 16 * (i % 2)));
        }
        for (int lane = 0; lane < 32; lane++)
            for (int i = 0; i < 4; i++) {
                float &sum = ((float *)lanes[lane].result)[i];
                for (int k = 0; k < 16; k++)
                    sum += left[lane / 4 + i / 2 * 8][k] * right[k][lane % 4 * 2 + i % 2];
            }
        home->go_on(warp);
    }

    void barrier_init(uint32_t place, int arrivals) const {
        emulated::Barrier barrier = {arrivals, arrivals, 0, 0, true};
        if (home->inside(place, 8) && place % 8 == 0)
            home->barriers[place / 8] = barrier;
    }
    void barrier_publish() const {}
    void barrier_show() const {}
    emulated::Barrier &barrier_at(uint32_t place) const {
        if (!home->barriers[place / 8].ready)
            home->fail("barrier used before it was made");
        return home->barriers[place / 8];
    }
    void barrier_expect(uint32_t place, int bytes) const {
        barrier_at(place).bytes += bytes;
        barrier_arrive(place);
    }
    void barrier_arrive(uint32_t place) const {
        emulated::Barrier &barrier = barrier_at(place);
        int phase = barrier.phase;
        if (--barrier.left < 0)
            home->fail("more arrivals than the barrier expects");
        home->barrier_settle(barrier);
        if (barrier.phase !=
            phase) // whoever waited for it goes first: harsher to one who arrives too early
            home->yield(&home->turn, -1, home->turn);
    }
    void barrier_wait(uint32_t place, int parity) const {
        emulated::Barrier &barrier = barrier_at(place);
        if ((barrier.phase & 1) == parity)
            home->yield(&barrier.phase, 1, parity);
    }
    void map_prefetch(const Map &) const {}
    void panel_load(const Map &map, uint32_t place, uint32_t barrier, int dim, int head, int token,
                    int sequence) const {
        emulated::Panel panel = {&map, place, barrier, dim, head, token, sequence};
        if (home->eager)
            home->do_panel(panel);
        else
            home->panels.add(panel);
    }
    template <int registers> void registers_take() const {}
    template <int registers> void registers_give() const {}
    void group_begin() const {}
    void group_commit() const {
        fiber().product_groups.add(fiber().products.count);
    }
    template <int left> void group_wait() const {
        group_settle(left);
    }
    void group_settle(int left) const {
        emulated::Meeting &group = home->groups[index / 128];
        if (home->last_to_meet(group, 128)) {
            home->do_products(index / 128, left);
            home->go_on(group);
        }
    }
    template <typename T, int count> void hold(T (&)[count]) const {}
    PanelDescriptor panels(uint32_t place, uint32_t leading_bytes) const {
        return panel_descriptor(place, leading_bytes);
    }
    template <int n>
    void group_multiply(float (&d)[n / 2], uint64_t a, uint64_t b, bool add) const {
        emulated::Product product = {d, NULL, a, b, n, add};
        fiber().products.add(product);
    }
    template <int n, int count>
    void group_multiply_rows(float (&d)[count], int offset, const uint32_t *a, uint64_t b,
                             bool add) const {
        emulated::Product product = {d + offset, a, 0, b, n, add};
        fiber().products.add(product);
    }
};

namespace emulated {

inline void fiber_main(unsigned low, unsigned high) {
    Block *block = (Block *)((uintptr_t)high << 32 | (uintptr_t)low);
    int thread = block->current;
    block->body(block, thread, block->context);
    block->fibers[thread].done = true;
    swapcontext(&block->fibers[thread].context, &block->scheduler);
}

inline void block_start(Block *block) {
    for (int i = 0; i < block->threads; i++) {
        Fiber &fiber = block->fibers[i];
        fiber.stack = malloc(STACK_BYTES);
        getcontext(&fiber.context);
        fiber.context.uc_stack.ss_sp = fiber.stack;
        fiber.context.uc_stack.ss_size = STACK_BYTES;
        fiber.context.uc_link = NULL;
        makecontext(&fiber.context, (void (*)())fiber_main, 2, (unsigned)(uintptr_t)block,
                    (unsigned)((uintptr_t)block >> 32));
    }
}

// Each lane of the warp once. Whether one could run.
inline bool warp_turn(Block *block, int warp) {
    bool ran = false;
    for (int i = warp * 32; i < warp * 32 + 32; i++) {
        Fiber &fiber = block->fibers[i];
        if (fiber.done || (fiber.watch && (*fiber.watch & fiber.mask) == fiber.value))
            continue;
        ran = true;
        fiber.watch = NULL;
        block->current = i;
        swapcontext(&block->scheduler, &fiber.context);
    }
    return ran;
}

// Each warp as far as it gets before it waits for others, so that missing barriers show; the first or the last warp first.
// When all wait, it is the copy engine's turn. False: all is done.
inline bool block_turn(Block *block) {
    bool ran = false, left = false;
    block->turn++;
    int warps = block->threads / 32;
    for (int i = 0; i < warps; i++)
        while (warp_turn(block, block->eager ? i : warps - 1 - i) && !block->fault)
            ran = true;
    for (int i = 0; i < block->threads; i++)
        left = left || !block->fibers[i].done;
    if (ran || !left)
        return left;
    if (block->panels.count == 0) {
        block->fail("deadlock");
    } else {
        block->do_panel(block->panels.items[0]);
        block->panels.drop(1);
    }
    return true;
}

// Runs one block; NULL, or what went wrong.
inline const char *block_run(void (*body)(Block *, int, void *), void *context, int threads,
                             int index, int count, uint32_t shared_bytes, bool eager) {
    Block *block = (Block *)calloc(1, sizeof *block);
    block->threads = threads;
    block->index = index;
    block->count = count;
    block->eager = eager;
    block->shared_bytes = shared_bytes;
    block->shared = (unsigned char *)malloc(shared_bytes);
    memset(block->shared, 0xff, shared_bytes); // NaN
    block->barriers = (Barrier *)calloc(shared_bytes / 8 + 1, sizeof(Barrier));
    block->fibers = (Fiber *)calloc((size_t)threads, sizeof(Fiber));
    block->body = body;
    block->context = context;
    block_start(block);
    while (!block->fault && block_turn(block)) {
    }
    const char *fault = block->fault;
    if (!fault && block->panels.count > 0)
        fault = "a copy was never waited for";
    for (int i = 0; i < threads; i++) {
        Fiber &fiber = block->fibers[i];
        if (!fault && fiber.products.count > 0)
            fault = "a product was never waited for";
        free(fiber.stack);
        free((void *)fiber.copies.items);
        free((void *)fiber.copy_groups.items);
        free((void *)fiber.products.items);
        free((void *)fiber.product_groups.items);
    }
    free((void *)block->panels.items);
    free(block->fibers);
    free(block->barriers);
    free(block->shared);
    free(block);
    return fault;
}

} // namespace emulated

#endif
