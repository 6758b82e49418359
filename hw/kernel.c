#include "hw/kernel.h"

// The constants of datasheet mode, the same for every chip. Each is used twice below: as a value and as the
// field's default.

// Best shapes of vendor libraries reach 73 to 87 % of the listed peak (271 of 312 on A100, 795 of 989 on H100, 1745 of
// 2250 on B200: ml-engineering, "Maximum Achievable Matmul FLOPS"); TPUs about 95 %. Padding and waves are counted
// apart, so that the constant stands at the upper end of the GPUs.
#define MATRIX_EFFICIENCY 0.85
// Long streams: 3.04 of 3.35 TB/s on H100 and 7.48 of 8 TB/s on B200 (arXiv:2511.17127).
#define MEMORY_EFFICIENCY 0.92
// Elementwise code mixes loads, conversions and adds with the multiply-adds that the peak counts; judgement.
#define VECTOR_EFFICIENCY 0.6
// NCCL's tuning table: 20.6 of 25 GB/s a link on H100, 20 of 25 on A100, 40.1 of 50 on B200; TPUs reach 0.9.
#define LINK_EFFICIENCY 0.82
// Between two kernels of a CUDA graph 1 to 2 us pass; compiled TPU programs have less.
#define LAUNCH_S 1.5e-6
// Two trips to memory (about 0.5 us each on current GPUs): the first tile in, the last tile out.
#define PROLOGUE_S 1.0e-6
// A streaming multiprocessor of H100 draws at most about 100 GB/s, four times 3.35 TB/s / 132; judgement.
#define CORE_SHARE 4.0
// FlashAttention-3 reaches 740 of 989 TFLOP/s on H100 (arXiv:2407.08608, abstract).
#define SOFTMAX_EFFICIENCY 0.75

const Kernel KERNEL_DATASHEET = {
    .matrix_efficiency = MATRIX_EFFICIENCY,
    .memory_efficiency = MEMORY_EFFICIENCY,
    .vector_efficiency = VECTOR_EFFICIENCY,
    .link_efficiency = LINK_EFFICIENCY,
    .launch_s = LAUNCH_S,
    .prologue_s = PROLOGUE_S,
    .core_share = CORE_SHARE,
    .softmax_efficiency = SOFTMAX_EFFICIENCY,
};

// clang-format off
static const Field KERNEL_FIELDS[] = {
    {.name = "matrix_efficiency", .kind = FIELD_NUMBER, .offset = offsetof(Kernel, matrix_efficiency),
     .min = 0.01, .max = 1, .initial = MATRIX_EFFICIENCY,
     .help = "share of the matrix peak that a full wave of full tiles sustains"},
    {.name = "memory_efficiency", .kind = FIELD_NUMBER, .offset = offsetof(Kernel, memory_efficiency),
     .min = 0.01, .max = 1, .initial = MEMORY_EFFICIENCY,
     .help = "share of the memory bandwidth that a long stream sustains"},
    {.name = "vector_efficiency", .kind = FIELD_NUMBER, .offset = offsetof(Kernel, vector_efficiency),
     .min = 0.01, .max = 1, .initial = VECTOR_EFFICIENCY,
     .help = "share of the vector and special-function peaks"},
    {.name = "link_efficiency", .kind = FIELD_NUMBER, .offset = offsetof(Kernel, link_efficiency),
     .min = 0.01, .max = 1, .initial = LINK_EFFICIENCY,
     .help = "share of a link's bandwidth left after protocol"},
    {.name = "launch", .kind = FIELD_NUMBER, .offset = offsetof(Kernel, launch_s), .unit = UNIT_S,
     .min = 0, .max = 1e-2, .initial = LAUNCH_S,
     .help = "from the end of a kernel to useful work of the next, inside a graph"},
    {.name = "prologue", .kind = FIELD_NUMBER, .offset = offsetof(Kernel, prologue_s), .unit = UNIT_S,
     .min = 0, .max = 1e-2, .initial = PROLOGUE_S,
     .help = "from a tile's first load to its first multiplication, and its store at the end"},
    {.name = "core_share", .kind = FIELD_NUMBER, .offset = offsetof(Kernel, core_share),
     .min = 1, .max = 1e4, .initial = CORE_SHARE,
     .help = "a core alone can draw this many times its even share of the memory bandwidth"},
    {.name = "softmax_efficiency", .kind = FIELD_NUMBER, .offset = offsetof(Kernel, softmax_efficiency),
     .min = 0.01, .max = 1, .initial = SOFTMAX_EFFICIENCY,
     .help = "share of the matrix rate left when attention interleaves it with softmax"},
};
// clang-format on

const FieldTable KERNEL_TABLE = {"kernel", KERNEL_FIELDS, FIELD_COUNT(KERNEL_FIELDS),
                                 sizeof(Kernel), "what a kernel library makes of a chip"};
