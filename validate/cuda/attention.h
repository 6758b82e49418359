// cuda/attention.h — our own attention kernels for the CUDA backend: prefill, decode, and rotary embedding with cache write.
//
//     plan (kernel, bytes of each buffer) ── caller allocates ── fill ── launch, launch, ... ── place (where outputs lie)
// Nothing here allocates, and launch neither waits nor asks the device anything, so that it can be captured in a graph.
// A plan is a plain value. Buffers are 256-byte aligned, as cudaMalloc leaves them; a rotation has one set a copy, in which
// ATTENTION_PAGES and the scratch may be shared. Queries and fresh keys and values may be what another kernel wrote.
//
// Kernels (out->kernel and `variant`): "wgmma", "mma" for prefill; "split", "latent-wgmma", "latent" for decode.
#ifndef VALIDATE_CUDA_ATTENTION_H
#define VALIDATE_CUDA_ATTENTION_H

#include <stddef.h>
#include <stdint.h>

#include "validate/measurement.h"

#ifdef __cplusplus
extern "C" {
#endif

struct CUstream_st; // *cudaStream_t

// The name of the kernel that prefill and decode must use; absent or empty: the best for the shape.
#define CUDA_ATTENTION_VARIABLE "CHIPFIT_ATTENTION"

typedef enum AttentionBuffer {
    ATTENTION_QUERIES,     // bf16
    ATTENTION_KEYS,        // prefill, rotary: (sequence, token, kv_head, dim), bf16
    ATTENTION_VALUES,      // the same
    ATTENTION_KEY_CACHE,   // decode: pages, bf16 or e4m3; rotary: the same, output
    ATTENTION_VALUE_CACHE, // the same; of a shared latent: none
    ATTENTION_PAGES,       // where each page lies, int32
    ATTENTION_TURNS,       // rotary: angles' rates, fp64
    ATTENTION_OUTPUT,      // bf16
    ATTENTION_PARTS,       // scratch of decode's splits, fp32
    ATTENTION_BUFFERS
} AttentionBuffer;

typedef enum AttentionRole {
    ATTENTION_ABSENT,
    ATTENTION_INPUT,   // activations
    ATTENTION_OWN,     // cache and tables
    ATTENTION_WRITTEN, // outputs
    ATTENTION_SCRATCH
} AttentionRole;

// Of the device, as cudaDeviceProp and cudaDeviceGetAttribute tell them.
typedef struct AttentionDevice {
    int multiprocessors, major, minor;
    int shared_bytes;   // cudaDevAttrMaxSharedMemoryPerBlockOptin
    double cache_bytes; // L2
} AttentionDevice;

typedef struct CudaAttention {
    Task task;
    int kernel;                  // index in the table of kernels
    int splits;                  // decode
    int row_tiles;               // decode: blocks that share a kv head's rows
    int section;                 // prefill: prefill_tile
    int pages_each;              // of a sequence
    int each;                    // rotary: tokens of a block
    char name[MEASUREMENT_TEXT]; // "wgmma 128x128", "split 12 ..."
    AttentionRole roles[ATTENTION_BUFFERS];
    size_t bytes[ATTENTION_BUFFERS];
} CudaAttention;

typedef struct AttentionBuffers {
    void *at[ATTENTION_BUFFERS];
} AttentionBuffers;

// Chooses the kernel. variant: its name, or NULL: by the environment, else the best. Not RUN_MEASURED: out->detail says why.
RunStatus cuda_attention_plan(CudaAttention *plan, const Task *task, const AttentionDevice *device,
                              const char *variant, Measurement *out);

// Writes operands and tables by operand.h; of queries and fresh keys and values only where at[] is not NULL. Poisons
// the caches' unused tokens. Asynchronous.
RunStatus cuda_attention_fill(const CudaAttention *plan, const AttentionBuffers *buffers,
                              uint64_t seed, struct CUstream_st *stream, Measurement *out);

// Enqueues one run.
RunStatus cuda_attention_launch(const CudaAttention *plan, const AttentionBuffers *buffers,
                                struct CUstream_st *stream, Measurement *out);

// Where reference.h's place lies: its buffer and the number of its element there. seed: that of the fill.
AttentionBuffer cuda_attention_place(const CudaAttention *plan, uint64_t seed, long place,
                                     size_t *element);

// Bytes of an element of a buffer: 1 e4m3, 2 bf16, 4, 8.
size_t cuda_attention_element(const CudaAttention *plan, AttentionBuffer which);

#ifdef __cplusplus
}
#endif
#endif
