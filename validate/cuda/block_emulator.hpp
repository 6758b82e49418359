// cuda/block_emulator.hpp — the state of an emulated block: fibers, barriers, shared memory, work under way (cuda/warp_emulator.hpp).
#ifndef VALIDATE_CUDA_BLOCK_EMULATOR_HPP
#define VALIDATE_CUDA_BLOCK_EMULATOR_HPP

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include <math.h>
#include <stdio.h>

#include "validate/cuda/attention_lanes.cuh"

namespace emulated {

static const int STACK_BYTES = 256 << 10, NAMES = 16;

inline float number(Bf16 bits) {
    uint32_t wide = (uint32_t)bits << 16;
    float value;
    memcpy(&value, &wide, sizeof value);
    return value;
}

// To the nearest, ties to even; NaN stays NaN.
inline Bf16 bits_of(float value) {
    uint32_t wide;
    memcpy(&wide, &value, sizeof wide);
    if (value != value)
        return 0x7fff;
    return (Bf16)((wide + 0x7fff + (wide >> 16 & 1)) >> 16);
}

// A tensor (sequence, token, head, dim) and the panel of 64 dims of `rows` tokens that a copy takes.
struct Map {
    const Bf16 *data;
    int dims, heads, tokens, sequences, rows;
};

struct Copy { // cp.async
    uint32_t place;
    const void *from;
    bool valid;
};

struct Panel { // cp.async.bulk.tensor
    const Map *map;
    uint32_t place, barrier;
    int dim, head, token, sequence;
};

struct Product { // wgmma; a: registers, or NULL and a_place
    float *d;
    const uint32_t *a;
    uint64_t a_place, b_place;
    int n;
    bool add;
};

template <typename T> struct List {
    T *items;
    int count, capacity;
    void add(const T &item) {
        if (count == capacity) {
            capacity = capacity ? 2 * capacity : 16;
            items = (T *)realloc((void *)items, sizeof(T) * (size_t)capacity);
            if (!items)
                abort();
        }
        items[count++] = item;
    }
    void drop(int first) {
        count -= first;
        memmove((void *)items, (const void *)(items + first), sizeof(T) * (size_t)count);
    }
};

struct Meeting {
    int arrived, generation;
};

struct Barrier { // mbarrier
    int arrivals, left, bytes, phase;
    bool ready;
};

struct Fiber {
    ucontext_t context;
    void *stack;
    bool done;
    const int *watch; // blocked while (*watch & mask) == value
    int mask, value;
    const void *operand[4]; // of the instruction that it waits in
    void *result;
    uint32_t word;
    List<Copy> copies;
    List<int> copy_groups; // ends in `copies`
    List<Product> products;
    List<int> product_groups;
};

struct Block {
    int threads, index, count;
    bool eager;
    unsigned char *shared;
    uint32_t shared_bytes;
    Fiber *fibers;
    Meeting whole, warps[32], groups[8], names[NAMES];
    Barrier *barriers; // by place / 8
    List<Panel> panels;
    int current, turn;
    const char *fault;
    ucontext_t scheduler;
    void (*body)(Block *block, int thread, void *context);
    void *context;

    void fail(const char *why) {
        if (!fault)
            fault = why;
    }
    void yield(const int *watch, int mask, int value) {
        Fiber &fiber = fibers[current];
        fiber.watch = watch;
        fiber.mask = mask;
        fiber.value = value;
        swapcontext(&fiber.context, &scheduler);
    }
    bool inside(uint32_t place, uint32_t bytes) {
        if (place + bytes <= shared_bytes)
            return true;
        fail("shared memory overrun");
        return false;
    }
    // True for the last of `size` to come, which then does the work and calls go_on.
    bool last_to_meet(Meeting &meeting, int size) {
        if (++meeting.arrived == size)
            return true;
        yield(&meeting.generation, -1, meeting.generation);
        return false;
    }
    void go_on(Meeting &meeting) {
        meeting.arrived = 0;
        meeting.generation++;
    }
    void barrier_settle(Barrier &barrier) {
        if (barrier.left == 0 && barrier.bytes == 0) {
            barrier.phase++;
            barrier.left = barrier.arrivals;
        }
    }
    void do_copy(const Copy &copy) {
        if (!inside(copy.place, 16))
            return;
        if (copy.place % 16 || (uintptr_t)copy.from % 16)
            fail("copy not aligned to 16 bytes");
        if (copy.valid)
            memcpy(shared + copy.place, copy.from, 16);
        else
            memset(shared + copy.place, 0, 16);
    }
    // The copy engine's 128-byte swizzle: address bits 4-6 ^= bits 7-9.
    static uint32_t swizzled(uint32_t address) {
        return address ^ (address >> 7 & 7) << 4;
    }
    void do_panel(const Panel &panel) {
        const Map &map = *panel.map;
        if (panel.place % 1024)
            fail("panel not aligned to 1024 bytes");
        for (int row = 0; row < map.rows; row++)
            for (int column = 0; column < 64; column++) {
                int token = panel.token + row, dim = panel.dim + column;
                bool valid = token >= 0 && token < map.tokens && dim < map.dims;
                Bf16 bits = 0;
                if (valid)
                    bits = map.data[(((int64_t)panel.sequence * map.tokens + token) * map.heads +
                                     panel.head) *
                                        map.dims +
                                    dim];
                uint32_t to = swizzled(panel.place + (uint32_t)(row * 128 + column * 2));
                if (inside(to, 2))
                    memcpy(shared + to, &bits, 2);
            }
        Barrier &barrier = barriers[panel.barrier / 8];
        barrier.bytes -= map.rows * 128;
        barrier_settle(barrier);
    }
    float shared_number(uint32_t address) {
        Bf16 bits = 0;
        if (inside(address, 2))
            memcpy(&bits, shared + address, 2);
        return number(bits);
    }
    // Matrix descriptors, by "Matrix Descriptor Format" and "Strides" of the PTX ISA.
    static uint32_t descriptor_place(uint64_t d) {
        return (uint32_t)(d & 0x3fff) << 4;
    }
    static uint32_t descriptor_leading(uint64_t d) {
        return (uint32_t)(d >> 16 & 0x3fff) << 4;
    }
    static uint32_t descriptor_stride(uint64_t d) {
        return (uint32_t)(d >> 32 & 0x3fff) << 4;
    }
    float along_rows(uint64_t d, int row, int k) {
        return shared_number(swizzled(descriptor_place(d) +
                                      (uint32_t)(row / 8) * descriptor_stride(d) +
                                      (uint32_t)(row % 8 * 128 + k * 2)));
    }
    float down_rows(uint64_t d, int column, int k) {
        return shared_number(swizzled(
            descriptor_place(d) + (uint32_t)(column / 64) * descriptor_leading(d) +
            (uint32_t)(k / 8) * descriptor_stride(d) + (uint32_t)(column % 64 * 2 + k % 8 * 128)));
    }
    // A lane's part of A's 16 x 16: registers 0 to 3 hold rows g, g + 8, g, g + 8 and columns 2q, 2q, 2q + 8, 2q + 8.
    static void spread_a(const uint32_t *a, int lane, float rows[16][16]) {
        for (int i = 0; i < 4; i++)
            for (int pair = 0; pair < 2; pair++)
                rows[lane / 4 + (i % 2) * 8][lane % 4 * 2 + pair + (i / 2) * 8] =
                    number((Bf16)(a[i] >> 16 * pair));
    }
    void do_product(int group, int number_of_product) {
        Product &first = fibers[group * 128].products.items[number_of_product];
        if (first.b_place >> 62 != 1)
            fail("descriptor without the 128-byte swizzle");
        float b[256][16];
        for (int n = 0; n < first.n; n++)
            for (int k = 0; k < 16; k++)
                b[n][k] =
                    first.a ? down_rows(first.b_place, n, k) : along_rows(first.b_place, n, k);
        for (int warp = 0; warp < 4; warp++) {
            float a[16][16];
            for (int lane = 0; lane < 32; lane++) {
                Product &own =
                    fibers[group * 128 + warp * 32 + lane].products.items[number_of_product];
                if (own.b_place != first.b_place || own.a_place != first.a_place)
                    fail("descriptors differ in a warpgroup");
                if (own.a)
                    spread_a(own.a, lane, a);
            }
            if (!first.a)
                for (int row = 0; row < 16; row++)
                    for (int k = 0; k < 16; k++)
                        a[row][k] = along_rows(first.a_place, warp * 16 + row, k);
            for (int lane = 0; lane < 32; lane++) {
                Product &own =
                    fibers[group * 128 + warp * 32 + lane].products.items[number_of_product];
                for (int i = 0; i < first.n / 2; i++) {
                    int row = lane / 4 + (i / 2 % 2) * 8, column = i / 4 * 8 + lane % 4 * 2 + i % 2;
                    float sum = own.add ? own.d[i] : 0;
                    for (int k = 0; k < 16; k++)
                        sum += a[row][k] * b[column][k];
                    own.d[i] = sum;
                }
            }
        }
    }
    // Of a warpgroup: all but the last `left` groups of products.
    void do_products(int group, int left) {
        List<int> &ends = fibers[group * 128].product_groups;
        if (ends.count <= left)
            return;
        int done = ends.count - left, end = ends.items[done - 1];
        for (int i = 0; i < end; i++)
            do_product(group, i);
        for (int thread = group * 128; thread < group * 128 + 128; thread++) {
            fibers[thread].products.drop(end);
            List<int> &own = fibers[thread].product_groups;
            own.drop(done);
            for (int i = 0; i < own.count; i++)
                own.items[i] -= end;
        }
    }
};

} // namespace emulated

#endif
