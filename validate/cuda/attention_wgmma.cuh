// cuda/attention_wgmma.cuh — the four forms of wgmma.mma_async that attention needs, with their operands written out.
//
// bf16 x bf16 to fp32, 64 rows, 64 or 128 columns, 16 deep. d = A B (+ d). A and B by descriptor, both along the rows; or A in
// registers and B down the rows ("_rows"). A and d must stay untouched until the wait that covers them.
#ifndef VALIDATE_CUDA_ATTENTION_WGMMA_CUH
#define VALIDATE_CUDA_ATTENTION_WGMMA_CUH

#include <stdint.h>

#if !defined(__CUDA_ARCH__) || defined(__CUDA_ARCH_FEAT_SM90_ALL)

// clang-format off
// A thread's sums as operands: their names in the text, and what stands behind the names.
#define WGMMA_NAMES_32                                                                             \
    "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, "                       \
    "%16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31"
#define WGMMA_NAMES_64                                                                             \
    WGMMA_NAMES_32 ", "                                                                            \
    "%32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47, "             \
    "%48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63"
#define WGMMA_SUMS_4(d, i) "+f"(d[i]), "+f"(d[(i) + 1]), "+f"(d[(i) + 2]), "+f"(d[(i) + 3])
#define WGMMA_SUMS_16(d, i)                                                                        \
    WGMMA_SUMS_4(d, i), WGMMA_SUMS_4(d, (i) + 4), WGMMA_SUMS_4(d, (i) + 8), WGMMA_SUMS_4(d, (i) + 12)
#define WGMMA_SUMS_32(d, i) WGMMA_SUMS_16(d, i), WGMMA_SUMS_16(d, (i) + 16)

__device__ __forceinline__ void wgmma_64(float *d, uint64_t a, uint64_t b, bool add) {
    asm volatile("{\n"
                 ".reg .pred more;\n"
                 "setp.ne.b32 more, %34, 0;\n"
                 "wgmma.mma_async.sync.aligned.m64n64k16.f32.bf16.bf16 {"
                 WGMMA_NAMES_32 "}, "
                 "%32, %33, more, 1, 1, 0, 0;\n"
                 "}"
                 : WGMMA_SUMS_32(d, 0)
                 : "l"(a), "l"(b), "r"((int)add));
}

__device__ __forceinline__ void wgmma_128(float *d, uint64_t a, uint64_t b, bool add) {
    asm volatile("{\n"
                 ".reg .pred more;\n"
                 "setp.ne.b32 more, %66, 0;\n"
                 "wgmma.mma_async.sync.aligned.m64n128k16.f32.bf16.bf16 {"
                 WGMMA_NAMES_64 "}, "
                 "%64, %65, more, 1, 1, 0, 0;\n"
                 "}"
                 : WGMMA_SUMS_32(d, 0), WGMMA_SUMS_32(d, 32)
                 : "l"(a), "l"(b), "r"((int)add));
}

__device__ __forceinline__ void wgmma_rows_64(float *d, const uint32_t *a, uint64_t b, bool add) {
    asm volatile("{\n"
                 ".reg .pred more;\n"
                 "setp.ne.b32 more, %37, 0;\n"
                 "wgmma.mma_async.sync.aligned.m64n64k16.f32.bf16.bf16 {"
                 WGMMA_NAMES_32 "}, "
                 "{%32, %33, %34, %35}, %36, more, 1, 1, 1;\n"
                 "}"
                 : WGMMA_SUMS_32(d, 0)
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b), "r"((int)add));
}

__device__ __forceinline__ void wgmma_rows_128(float *d, const uint32_t *a, uint64_t b, bool add) {
    asm volatile("{\n"
                 ".reg .pred more;\n"
                 "setp.ne.b32 more, %69, 0;\n"
                 "wgmma.mma_async.sync.aligned.m64n128k16.f32.bf16.bf16 {"
                 WGMMA_NAMES_64 "}, "
                 "{%64, %65, %66, %67}, %68, more, 1, 1, 1;\n"
                 "}"
                 : WGMMA_SUMS_32(d, 0), WGMMA_SUMS_32(d, 32)
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b), "r"((int)add));
}
// clang-format on

#endif
#endif
