// cuda/emulator.hpp — CUDA C++ on the host: kernels thread by thread, a runtime that does what it is told at once.
//
// Included before any .cu file, it makes plain C++ of it, so that the CUDA backend is tested, kernels and all, where there is
// no GPU: only the toolkit's headers are needed. Each thread of a block is a fiber; blocks run one after another. Barriers and
// shuffles wait for all threads, or lanes, as the device does. Matmuls are computed from cuBLASLt's own descriptors, with the
// scales where its manual says they lie. What this cannot show: races between blocks, alignment, speed.
#ifndef VALIDATE_CUDA_EMULATOR_HPP
#define VALIDATE_CUDA_EMULATOR_HPP

#include <cublasLt.h>
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_fp8.h>
#include <cuda_runtime.h>

#include <functional>
#include <map>
#include <vector>

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#undef __global__
#undef __device__
#undef __host__
#undef __shared__
#define __global__
#define __device__
#define __host__
#define __shared__ static // blocks do not run side by side

static uint3 threadIdx, blockIdx;
static dim3 blockDim, gridDim;

namespace emulator {

enum { THREADS = 1024, LANES = 32, STACK_BYTES = 64 << 10 };

struct Fiber {
    ucontext_t context;
    uint3 thread;
    bool done;
    unsigned char *stack;
};

// Threads that meet. Values are kept for two meetings: a lane may be one ahead, not more.
struct Meeting {
    int members, arrived, number;
    uint64_t values[2][LANES];
};

struct Block {
    Fiber fibers[THREADS];
    Meeting all, warps[THREADS / LANES];
    int count, current;
    ucontext_t home;
    const std::function<void()> *body;
};

static Block block;

inline void go_on(int number) {
    block.current = number;
    threadIdx = block.fibers[number].thread;
    swapcontext(&block.home, &block.fibers[number].context);
}

inline void pause() {
    swapcontext(&block.fibers[block.current].context, &block.home);
}

// Waits for all members; gives the number of this meeting.
inline int meet(Meeting &meeting) {
    int number = meeting.number;
    if (++meeting.arrived == meeting.members) {
        meeting.arrived = 0;
        meeting.number++;
    }
    for (long turns = 0; meeting.number == number; turns++) {
        if (turns > 1000000) {
            fprintf(stderr, "emulator: threads wait for each other\n");
            abort();
        }
        pause();
    }
    return number;
}

// What every lane of the warp brings; lane: this thread's.
inline const uint64_t *exchange(uint64_t value, int *lane) {
    Meeting &warp = block.warps[block.current / LANES];
    *lane = block.current % LANES;
    warp.values[warp.number % 2][*lane] = value;
    return warp.values[meet(warp) % 2];
}

// A thread that ends is waited for no longer.
inline void leave(Meeting &meeting) {
    meeting.members--;
    if (meeting.members > 0 && meeting.arrived == meeting.members) {
        meeting.arrived = 0;
        meeting.number++;
    }
}

inline void begin_thread() {
    (*block.body)();
    block.fibers[block.current].done = true;
    leave(block.all);
    leave(block.warps[block.current / LANES]);
    pause();
}

inline void prepare_thread(int number) {
    Fiber &fiber = block.fibers[number];
    if (!fiber.stack)
        fiber.stack = static_cast<unsigned char *>(malloc(STACK_BYTES));
    fiber.done = false;
    fiber.thread.x = (unsigned)number % blockDim.x;
    fiber.thread.y = (unsigned)number / blockDim.x;
    getcontext(&fiber.context);
    fiber.context.uc_stack.ss_sp = fiber.stack;
    fiber.context.uc_stack.ss_size = STACK_BYTES;
    fiber.context.uc_link = NULL;
    makecontext(&fiber.context, begin_thread, 0);
    Meeting &warp = block.warps[number / LANES];
    if (number % LANES == 0)
        warp.members = warp.arrived = warp.number = 0;
    warp.members++;
}

inline void run_grid(dim3 grid, dim3 threads, const std::function<void()> &body) {
    block.body = &body;
    block.count = (int)(threads.x * threads.y);
    gridDim = grid;
    blockDim = threads;
    for (unsigned i = 0; i < grid.x; i++) {
        blockIdx.x = i;
        block.all.members = block.count;
        block.all.arrived = block.all.number = 0;
        for (int t = 0; t < block.count; t++)
            prepare_thread(t);
        while (block.all.members > 0)
            for (int t = 0; t < block.count; t++)
                if (!block.fibers[t].done)
                    go_on(t);
    }
}

template <typename T> uint64_t bits_of(T value) {
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof value);
    return bits;
}

template <typename T> T value_of(uint64_t bits) {
    T value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

} // namespace emulator

// --- What device code calls ------------------------------------------------------------------------------------------

inline void __syncthreads() {
    emulator::meet(emulator::block.all);
}

template <typename T> T __shfl_xor_sync(unsigned, T value, int mask) {
    int lane;
    const uint64_t *values = emulator::exchange(emulator::bits_of(value), &lane);
    return emulator::value_of<T>(values[lane ^ mask]);
}

template <typename T> T __shfl_up_sync(unsigned, T value, unsigned step) {
    int lane;
    const uint64_t *values = emulator::exchange(emulator::bits_of(value), &lane);
    return emulator::value_of<T>(values[lane < (int)step ? lane : lane - (int)step]);
}

inline unsigned __match_any_sync(unsigned, int value) {
    int lane;
    unsigned same = 0;
    const uint64_t *values = emulator::exchange(emulator::bits_of(value), &lane);
    for (int i = 0; i < emulator::LANES; i++)
        same |= (emulator::value_of<int>(values[i]) == value ? 1u : 0u) << i;
    return same;
}

inline int atomicAdd(int *to, int value) {
    int before = *to;
    *to += value;
    return before;
}

inline int __popc(unsigned bits) {
    return __builtin_popcount(bits);
}
inline float __expf(float x) {
    return expf(x);
}
inline float rsqrtf(float x) {
    return 1.0f / sqrtf(x);
}
inline int __float2int_rn(float x) {
    return (int)rintf(x);
}
inline unsigned __float_as_uint(float x) {
    return (unsigned)emulator::bits_of(x);
}
inline float __uint_as_float(unsigned bits) {
    return emulator::value_of<float>(bits);
}
inline long long clock64() {
    static long long now;
    return now += 50000;
}

#endif
