// kernel.h — constants of the kernel formulas: efficiencies and overheads. Datasheet mode has one set for all chips;
// profiles (profile.h) hold fitted ones.
#ifndef HW_KERNEL_H
#define HW_KERNEL_H

#include "sim/base/field.h"

#ifdef __cplusplus
extern "C" {
#endif

// The constants of datasheet mode, the same for every chip. They were chosen by hand near a least-error fit to measured matmuls, attention and all-reduces of
// seven NVIDIA chips (public rows of NVIDIA's aiconfigurator, whose README names versions), and then rounded;
// they are no chip's own, and tests of accuracy must use other rows.

// Vendor libraries' best shapes reach 73 to 87 % of the listed peak (271 of 312 on A100, 795 of 989 on H100, 1745 of
// 2250 on B200: ml-engineering, "Maximum Achievable Matmul FLOPS"); TPUs about 95 %.
#define MATRIX_EFFICIENCY 0.87
// Long streams reach 0.91 (3.04 of 3.35 TB/s on H100, arXiv:2511.17127); public serving runs of
// Qwen3-32B on one H100 and H200 read their weights and cache at 0.88; small matmuls less.
#define MEMORY_EFFICIENCY 0.85
// Elementwise code mixes loads, conversions and adds with the multiply-adds that the peak counts.
#define VECTOR_EFFICIENCY 0.5
// All-reduces of 1 GB on 8 chips: 0.92 on H100, 0.76 on A100, 0.79 on B200; NCCL's tuning table 0.8; TPUs 0.9.
#define LINK_EFFICIENCY 0.8
// Between two kernels of a CUDA graph, ramps included; compiled TPU programs have less.
#define LAUNCH_S 2.0e-6
// One trip to memory: the first tile in.
#define PROLOGUE_S 0.56e-6
// A core keeps few loads in flight: alone it draws little more than a few even shares of the bandwidth.
#define CORE_SHARE 2.8
// Into the host's memory and out again.
#define HOST_CROSSINGS 2.0
#define NEVER_S        1e6
// No kernel overlaps its loads and its arithmetic whole: pipelines fill and drain, and the two share issue slots.
#define UNHIDDEN 0.34

// At most eight numbers, the same for every chip: all that datasheet mode takes beside the datasheet.
typedef struct Kernel {
    double matrix_efficiency; // share of the matrix peak that a full wave of full tiles sustains
    double memory_efficiency; // share of the memory bandwidth that a long stream sustains
    double vector_efficiency; // share of the vector and special-function peaks
    double link_efficiency;   // share of a link's bandwidth left after protocol
    double launch_s;          // from the end of a kernel to useful work of the next, inside a graph
    double prologue_s;        // first load of a tile to its first multiplication, and its store
    double core_share;        // of the memory bandwidth that a core alone can draw, in even shares
    double unhidden; // share of the shorter of reading and working that the longer does not hide
} Kernel;

extern const Kernel KERNEL_DATASHEET;
extern const FieldTable KERNEL_TABLE;

// The constants that each kind of formula takes. In datasheet mode they hold the universal ones above, and whatever goes
// beyond those a value that changes nothing. A fitted constant is dimensionless or a latency, never a rate, so that it
// carries over to other chips of the family by their datasheets.

// Matmuls, sim/matmul.h.
typedef struct MatmulKernel {
    double matrix_efficiency, memory_efficiency, vector_efficiency;
    double launch_s, prologue_s;
    double core_share;
    double store_efficiency; // share of the on-chip store's bandwidth that tiles draw
    double fetch_share;      // of a tile's operands, that the store hands out for it
    double step_s;           // least time of a step of 128 bytes of k
    double epilogue_clocks;  // of a core, for each output of a tile
    double
        operand_share; // of a core's time on a tile of 128 x 256, for operands; of smaller ones more
    double wave_loss;  // share of the cores that a last wave leaves idle that is lost
    double unhidden;   // share of the shorter engine's time that the longer one does not hide
    double split_s;    // for adding up partial sums
    double power_share;    // of the matrix time, that grows as power grows scarce
    double resident_share; // of the store, that keeps operands for the next use
    double replay_s;       // start of a graph of kernels
} MatmulKernel;

// The kernels of a block of experts, sim/grouped.h.
typedef struct ExpertsKernel {
    double matrix_efficiency, memory_efficiency, vector_efficiency;
    double launch_s, prologue_s;
    double core_share;
    double step_s;  // least time of a step of 128 bytes of k
    double exposed; // of the shorter of matrix and memory time: what the longer does not hide
    double drain;   // memory time grows by so much x cores / tiles
    double stream;  // bytes of rows in the experts' order over the least there can be
    double sort_s,
        sort_tokens; // ordering rows by expert takes sort_s, fewer tokens in proportion less
    double token_s;  // of one core for a token
    double expert_s; // for an expert among which tokens choose
    double held_s;   // for an expert on the rank
    double
        resident_share; // of the on-chip store, that keeps what a measured loop touches again and again
    double resident_efficiency; // share of the store's bandwidth at which it hands that out
} ExpertsKernel;

// Attention and scans, sim/attention.h.
typedef struct AttentionKernel {
    double matrix_efficiency, memory_efficiency, vector_efficiency;
    double launch_s, prologue_s;
    double core_share;
    double softmax_efficiency;
    double query_tile; // queries that a unit of prefill works on
    double row_tile; // packed rows of a unit of decode where two such tiles hold them all; else 128
    double width_share; // of a unit's latencies, that grows with the head dimension
    double tail;        // share of the longest unit by which the fullest core ends late
    double stall;       // share of the shorter of reading and working that the longer does not hide
    double tile_s, row_s; // latencies of a key tile, and of a packed query row of 128 dimensions
    double
        split_ratio; // time of walking a key tile over that of joining a part: keys are split accordingly
    double join_s, join_launches; // of joining one part of split keys, and of all: launches
    double kept_share;            // of the store, that keeps its content until the next replay
    double narrow;                // 1: an 8-bit cache is multiplied in 8 bit
} AttentionKernel;

// Elementwise kernels, sim/elementwise.h.
typedef struct StreamKernel {
    double memory_efficiency, vector_efficiency;
    double launch_s;
    double core_bytes; // that a core passes on in a clock, whatever the memory; 0: no such limit
    double
        lone_bytes; // the same of a core to which the kernel gives a whole row; 0: rows are spread
    double
        row_bytes; // a row of a norm or softmax costs as many more: its sums, its synchronisation
} StreamKernel;

// Collectives, dispatch and sends, sim/collective.h. A library has up to three protocols: `bulk` for long messages and
// two that trade bandwidth for latency, `line` (flags by the cache line, as NCCL's LL128) and `quick` (flags beside
// every few bytes, NCCL's LL; or one shot to everybody).
typedef struct LinkKernel {
    double link_efficiency; // of the bulk protocol
    double launch_s;
    // Latency of a phase among n members in the level's steps: start + (n - 2) more.
    double bulk_start, bulk_more;
    double line_efficiency, line_start, line_more; // efficiency 0: the library has no such protocol
    double quick_efficiency, quick_start, quick_more;
    double one_shot;  // how far the quick all-reduce sends everything to everybody, not parts twice
    double own_share; // a member's own part costs as much time as this share of a part sent
    double hiding;    // share of the shorter of latency and transfer that hides behind the longer
    double
        bulk_after_s; // a member's part takes this long at the link's rate: bulk only from here on
    double host_crossings; // of a card's link by a byte that goes through the host
    double
        crowding; // through the host, and on the way to other nodes, n members get (2/n)^this of the rate of two
    double reach_bytes; // larger messages take the bulk protocol only; 0: no such limit
    // Dispatch and combine.
    double duplicates;   // 0: a token goes once to a rank; 1: once to each of its experts
    double forwarding;   // share of the faster level's transfer that hides behind the slower one's
    double copy_s;       // for each of a token's experts
    double expert_s;     // for each expert of a rank
    double token_s;      // for each token that a core sends, where experts are fewer than cores
    double row_passes;   // of the rank's own rows through its memory
    double core_scaling; // exponent of the transfer rate in the cores that the kernel is given
} LinkKernel;

// Share of a tile's operands that the store hands out for it: cores of a cluster, and neighbours that hit the same line
// at once, share the rest.
#define FETCH_SHARE 0.25
// Steps of k that a core has in flight: none passes faster than this part of the latency from load to multiplication.
#define STEPS_IN_FLIGHT 8
// The store also holds what is only passing.
#define RESIDENT_SHARE 0.75

// Their values in datasheet mode.
#define MATMUL_CONSTANTS                                                                           \
    {                                                                                              \
        .matrix_efficiency = MATRIX_EFFICIENCY, .memory_efficiency = MEMORY_EFFICIENCY,            \
        .vector_efficiency = VECTOR_EFFICIENCY, .launch_s = LAUNCH_S, .prologue_s = PROLOGUE_S,    \
        .core_share = CORE_SHARE, .store_efficiency = MEMORY_EFFICIENCY,                           \
        .fetch_share = FETCH_SHARE, .step_s = PROLOGUE_S / STEPS_IN_FLIGHT, .wave_loss = 1,        \
        .unhidden = UNHIDDEN, .split_s = LAUNCH_S, .resident_share = RESIDENT_SHARE,               \
        .replay_s = LAUNCH_S                                                                       \
    }
#define EXPERTS_CONSTANTS                                                                          \
    {                                                                                              \
        .matrix_efficiency = MATRIX_EFFICIENCY, .memory_efficiency = MEMORY_EFFICIENCY,            \
        .vector_efficiency = VECTOR_EFFICIENCY, .launch_s = LAUNCH_S, .prologue_s = PROLOGUE_S,    \
        .core_share = CORE_SHARE, .step_s = PROLOGUE_S / 8, .exposed = UNHIDDEN, .stream = 1,      \
        .sort_tokens = 256, .resident_share = RESIDENT_SHARE,                                      \
        .resident_efficiency = MEMORY_EFFICIENCY                                                   \
    }
#define ATTENTION_CONSTANTS                                                                        \
    {                                                                                              \
        .matrix_efficiency = MATRIX_EFFICIENCY, .memory_efficiency = MEMORY_EFFICIENCY,            \
        .vector_efficiency = VECTOR_EFFICIENCY, .launch_s = LAUNCH_S, .prologue_s = PROLOGUE_S,    \
        .core_share = CORE_SHARE, .softmax_efficiency = 1, .query_tile = 128, .stall = UNHIDDEN,   \
        .row_tile = 128, .tail = 0.5, .split_ratio = 100, .join_launches = 1, .kept_share = 0.5    \
    }
#define STREAM_CONSTANTS                                                                           \
    {                                                                                              \
        .memory_efficiency = MEMORY_EFFICIENCY, .vector_efficiency = VECTOR_EFFICIENCY,            \
        .launch_s = LAUNCH_S                                                                       \
    }
#define LINK_CONSTANTS                                                                             \
    {                                                                                              \
        .link_efficiency = LINK_EFFICIENCY, .launch_s = LAUNCH_S, .bulk_start = 1,                 \
        .quick_efficiency = LINK_EFFICIENCY, .quick_start = 1, .one_shot = 1,                      \
        .bulk_after_s = NEVER_S, .host_crossings = HOST_CROSSINGS                                  \
    }

extern const FieldTable MATMUL_KERNEL_TABLE, EXPERTS_KERNEL_TABLE, ATTENTION_KERNEL_TABLE,
    STREAM_KERNEL_TABLE, LINK_KERNEL_TABLE;

#ifdef __cplusplus
}
#endif
#endif
