#include "hw/kernel.h"

// The constants of datasheet mode, the same for every chip. Each is used twice below: as a value and as the
// field's default. They were chosen by hand near a least-error fit to measured matmuls, attention and all-reduces of
// seven NVIDIA chips (public rows of NVIDIA's aiconfigurator, whose README names versions), and then rounded;
// they are no chip's own, and tests of accuracy must use other rows.

// Vendor libraries' best shapes reach 73 to 87 % of the listed peak (271 of 312 on A100, 795 of 989 on H100, 1745 of
// 2250 on B200: ml-engineering, "Maximum Achievable Matmul FLOPS"); TPUs about 95 %.
#define MATRIX_EFFICIENCY 0.77
// Long streams reach 0.91 (3.04 of 3.35 TB/s on H100, arXiv:2511.17127); public serving runs of
// Qwen3-32B on one H100 and H200 read their weights and cache at 0.88; small matmuls less.
#define MEMORY_EFFICIENCY 0.88
// Elementwise code mixes loads, conversions and adds with the multiply-adds that the peak counts.
#define VECTOR_EFFICIENCY 0.5
// All-reduces of 1 GB on 8 chips: 0.92 on H100, 0.76 on A100, 0.79 on B200; NCCL's tuning table 0.8; TPUs 0.9.
#define LINK_EFFICIENCY 0.8
// Between two kernels of a CUDA graph, ramps included; compiled TPU programs have less.
#define LAUNCH_S 2.0e-6
// One trip to memory: the first tile in.
#define PROLOGUE_S 0.5e-6
// A core keeps few loads in flight: alone it draws little more than its even share of the bandwidth.
#define CORE_SHARE 1.5
// FlashAttention-3 reaches 740 of 989 TFLOP/s on H100 (arXiv:2407.08608, abstract): 0.75 = 0.77 x 0.97; across shapes
// and chips less.
#define SOFTMAX_EFFICIENCY 0.8

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
