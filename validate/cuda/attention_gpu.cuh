// cuda/attention_gpu.cuh — a thread of an attention kernel on the device: PTX behind the calls that attention_*.cuh make.
//
// The kernels' bodies are templates over the thread; cuda/warp_emulator.hpp has the same calls on the host. Shared memory is
// addressed by bytes from the block's start, which is 1024-aligned.
#ifndef VALIDATE_CUDA_ATTENTION_GPU_CUH
#define VALIDATE_CUDA_ATTENTION_GPU_CUH

#include <cuda.h>

#include "validate/cuda/attention_lanes.cuh"
#include "validate/cuda/attention_wgmma.cuh"

#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 800
#define ATTENTION_SM80 1
#endif
#if !defined(__CUDA_ARCH__) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
#define ATTENTION_SM90 1
#endif

struct GpuThread {
    typedef CUtensorMap Map;
    unsigned char *raw; // shared memory
    uint32_t base;      // its address in the shared window

    __device__ __forceinline__ GpuThread() {
        extern __shared__ unsigned char attention_shared[];
        uint32_t start = (uint32_t)__cvta_generic_to_shared(attention_shared);
        base = (start + 1023) & ~1023u;
        raw = attention_shared + (base - start);
    }

    __device__ __forceinline__ int thread() const {
        return (int)threadIdx.x;
    }
    __device__ __forceinline__ int block() const {
        return (int)blockIdx.x;
    }
    __device__ __forceinline__ int blocks() const {
        return (int)gridDim.x;
    }
    template <typename T> __device__ __forceinline__ T &shared(uint32_t place) const {
        return *reinterpret_cast<T *>(raw + place);
    }

    // ---- ordering
    __device__ __forceinline__ void sync() const {
        __syncthreads();
    }
    __device__ __forceinline__ void warp_sync() const {
        __syncwarp();
    }
    __device__ __forceinline__ void group_sync(int name, int threads) const {
        asm volatile("bar.sync %0, %1;" ::"r"(name), "r"(threads) : "memory");
    }
    __device__ __forceinline__ void group_arrive(int name, int threads) const {
        asm volatile("bar.arrive %0, %1;" ::"r"(name), "r"(threads) : "memory");
    }

    // ---- numbers
    __device__ __forceinline__ float shuffle_xor(float value, int mask) const {
        return __shfl_xor_sync(0xffffffffu, value, mask);
    }
    __device__ __forceinline__ uint32_t shuffle(uint32_t value, int from) const {
        return __shfl_sync(0xffffffffu, value, from);
    }
    // The same in all lanes of a warp, which the compiler cannot see by itself.
    __device__ __forceinline__ int uniform(int value) const {
        return __shfl_sync(0xffffffffu, value, 0);
    }
    __device__ __forceinline__ float exp2(float x) const {
        float y;
        asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
        return y;
    }
    __device__ __forceinline__ void sine_cosine(float turns, float *sine, float *cosine) const {
        sincospif(2 * turns, sine, cosine);
    }
    __device__ __forceinline__ uint32_t pack(float low, float high) const {
        uint32_t pair = 0;
#ifdef ATTENTION_SM80
        asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
#endif
        return pair;
    }
    // Pairs of bf16, each times 2^120.
    __device__ __forceinline__ uint32_t raise(uint32_t pair) const {
        uint32_t raised = 0;
#ifdef ATTENTION_SM80
        asm("fma.rn.bf16x2 %0, %1, %2, %3;"
            : "=r"(raised)
            : "r"(pair), "r"(0x7b807b80u), "r"(0x80008000u));
#endif
        return raised;
    }

    // ---- copies to shared memory; not valid: zeros
    __device__ __forceinline__ void copy16(uint32_t place, const void *from, bool valid) const {
#ifdef ATTENTION_SM80
        int bytes = valid ? 16 : 0;
        asm volatile("cp.async.cg.shared.global.L2::128B [%0], [%1], 16, %2;" ::"r"(base + place),
                     "l"(__cvta_generic_to_global(from)), "r"(bytes)
                     : "memory");
#endif
    }
    __device__ __forceinline__ void copy_commit() const {
#ifdef ATTENTION_SM80
        asm volatile("cp.async.commit_group;" ::: "memory");
#endif
    }
    // Until at most `left` of this thread's groups are under way.
    template <int left> __device__ __forceinline__ void copy_wait() const {
#ifdef ATTENTION_SM80
        asm volatile("cp.async.wait_group %0;" ::"n"(left) : "memory");
#endif
    }

    // ---- a warp's matrix instructions
    __device__ __forceinline__ void load_matrices(uint32_t r[4], uint32_t place) const {
        asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                     : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
                     : "r"(base + place)
                     : "memory");
    }
    __device__ __forceinline__ void load_turned(uint32_t r[4], uint32_t place) const {
        asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                     : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
                     : "r"(base + place)
                     : "memory");
    }
    __device__ __forceinline__ void multiply(float *d, const uint32_t a[4], uint32_t b0,
                                             uint32_t b1) const {
#ifdef ATTENTION_SM80
        asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
            "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
            : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
            : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
#endif
    }

#ifdef ATTENTION_SM90
    // ---- Hopper: barriers in shared memory, tensor copies, a warpgroup's matrix instructions
    __device__ __forceinline__ void barrier_init(uint32_t place, int arrivals) const {
        asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(base + place), "r"(arrivals)
                     : "memory");
    }
    // Makes initialised barriers visible to the copy engine; a sync is due after it.
    __device__ __forceinline__ void barrier_publish() const {
        asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
        asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
    }
    // Shows what this thread wrote to shared memory to matrix instructions; an arrival is due after it.
    __device__ __forceinline__ void barrier_show() const {
        asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
    }
    // Arrives and announces so many bytes of copies.
    __device__ __forceinline__ void barrier_expect(uint32_t place, int bytes) const {
        asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(base + place),
                     "r"(bytes)
                     : "memory");
    }
    __device__ __forceinline__ void barrier_arrive(uint32_t place) const {
        asm volatile("mbarrier.arrive.shared::cta.b64 _, [%0];" ::"r"(base + place) : "memory");
    }
    // Until the phase of this parity is over.
    __device__ __forceinline__ void barrier_wait(uint32_t place, int parity) const {
        asm volatile("{\n"
                     ".reg .pred done;\n"
                     "again:\n"
                     "mbarrier.try_wait.parity.shared::cta.b64 done, [%0], %1;\n"
                     "@done bra over;\n"
                     "bra again;\n"
                     "over:\n"
                     "}" ::"r"(base + place),
                     "r"(parity)
                     : "memory");
    }
    __device__ __forceinline__ void map_prefetch(const Map &map) const {
        asm volatile("prefetch.tensormap [%0];" ::"l"(&map) : "memory");
    }
    // A panel: 64 dims from `dim`, of one head, of the map's count of tokens.
    __device__ __forceinline__ void panel_load(const Map &map, uint32_t place, uint32_t barrier,
                                               int dim, int head, int token, int sequence) const {
        asm volatile(
            "cp.async.bulk.tensor.4d.shared::cluster.global.tile.mbarrier::complete_tx::bytes"
            " [%0], [%1, {%3, %4, %5, %6}], [%2];" ::"r"(base + place),
            "l"(&map), "r"(base + barrier), "r"(dim), "r"(head), "r"(token), "r"(sequence)
            : "memory");
    }
    template <int registers> __device__ __forceinline__ void registers_take() const {
        asm volatile("setmaxnreg.inc.sync.aligned.u32 %0;" ::"n"(registers));
    }
    template <int registers> __device__ __forceinline__ void registers_give() const {
        asm volatile("setmaxnreg.dec.sync.aligned.u32 %0;" ::"n"(registers));
    }
    __device__ __forceinline__ void group_begin() const {
        asm volatile("wgmma.fence.sync.aligned;" ::: "memory");
    }
    __device__ __forceinline__ void group_commit() const {
        asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
    }
    template <int left> __device__ __forceinline__ void group_wait() const {
        asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(left) : "memory");
    }
    // Keeps the compiler from moving uses of registers that a matrix instruction under way reads or writes.
    template <typename T, int count>
    __device__ __forceinline__ void hold(T (&registers)[count]) const {
#pragma unroll
        for (int i = 0; i < count; i++)
            hold_one(registers[i]);
    }
    // What group_multiply finds panels by.
    __device__ __forceinline__ PanelDescriptor panels(uint32_t place,
                                                      uint32_t leading_bytes) const {
        return panel_descriptor(base + place, leading_bytes);
    }
    // d (64 x n) = A B^T (+ d), both along the rows of panels.
    template <int n>
    __device__ __forceinline__ void group_multiply(float (&d)[n / 2], uint64_t a, uint64_t b,
                                                   bool add) const {
        if constexpr (n == 64)
            wgmma_64(d, a, b, add);
        else
            wgmma_128(d, a, b, add);
    }
    // d += A B, A in registers, B down the rows of panels. d: n / 2 numbers from `offset` on.
    template <int n, int count>
    __device__ __forceinline__ void group_multiply_rows(float (&d)[count], int offset,
                                                        const uint32_t *a, uint64_t b,
                                                        bool add) const {
        if constexpr (n == 64)
            wgmma_rows_64(d + offset, a, b, add);
        else
            wgmma_rows_128(d + offset, a, b, add);
    }
#endif

  private:
    __device__ __forceinline__ static void hold_one(float &x) {
        asm volatile("" : "+f"(x)::"memory");
    }
    __device__ __forceinline__ static void hold_one(uint32_t &x) {
        asm volatile("" : "+r"(x)::"memory");
    }
};

#endif
