// cuda/plan.h — what the CUDA backend decides without a GPU: copies and launches of a timing, layouts of block scales, names.
#ifndef VALIDATE_CUDA_PLAN_H
#define VALIDATE_CUDA_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

#define CUDA_COPIES_MOST 2048 // of the operands: as many launches in the graph that uses each once

// What one event pair should span. Events tell half a microsecond (CUDA Runtime API, cudaEventElapsedTime), and a graph takes
// one or two to begin and end: 0.2 % of it.
#define CUDA_REPLAY_S 1e-3
// Above this a graph that launches every copy is cut into one graph a copy.
#define CUDA_REPLAY_MOST_S 20e-3

// chipfit's name (hw/chips) for what the driver calls "NVIDIA H100 80GB HBM3"; "" where it is none of them. Memory tells the
// A100 of 40 GB from that of 80.
const char *cuda_chip_name(const char *device, double memory_bytes);

// Copies of `bytes` of operands so that what lies between two uses of one exceeds twice the cache of cache_bytes, as many
// as free_bytes hold. 0: not even one fits.
int cuda_copies(double bytes, double cache_bytes, double free_bytes);

// How a timing launches: `graphs` graphs of `launches` launches each; graph g begins with copy (g x launches) mod copies.
typedef struct CudaReplay {
    int graphs, launches;
} CudaReplay;

// Of a kernel that takes seconds_of_one: every copy in one graph, over and over until it spans CUDA_REPLAY_S, or, where all
// copies together take too long, a graph a copy.
CudaReplay cuda_replay(double seconds_of_one, int copies);

// Where cuBLASLt looks for the scale of row `row`, block `block` of `blocks` along k (modes VEC16_UE4M3 and VEC32_UE8M0):
// tiles of 128 rows by 4 blocks, within a tile (row mod 32) x 16 + (row div 32) x 4 + block; cuBLAS manual, "1D block
// scaling factors layout".
size_t cuda_scale_place(size_t row, size_t block, size_t blocks);

// Scales that a tensor of so many rows and blocks needs in that layout, padded to whole tiles.
size_t cuda_scale_count(size_t rows, size_t blocks);

// Names of the bits of NVML's clock event reasons that slow a chip down, with blanks between; idle, set clocks and sync
// are not among them. "": none.
void cuda_throttle_words(unsigned long long reasons, char *text, size_t size);

// The command line of build/chipfit-cuda.
typedef struct CudaArguments {
    const char *shapes, *results;
    double budget_s; // of a timing; 0: the runner's own
    double total_s;  // no further task is begun after so long; 0: no limit
    int device;
    bool check_only, help;
} CudaArguments;

bool cuda_arguments(int count, char *const words[], CudaArguments *arguments, Error *err);

#ifdef __cplusplus
}
#endif
#endif
