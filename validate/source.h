// source.h — how a source timed its kernels: what belongs to the measurement and not to the chip.
//
// A prediction in a sweep is cold and runs inside a graph; a row is replayed under its own source's conditions. A new
// source is a line in SOURCES (source.c).
#ifndef VALIDATE_SOURCE_H
#define VALIDATE_SOURCE_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

// Kinds of rows: one CSV schema each.
typedef enum RowKind {
    ROW_MATMUL,
    ROW_BATCHED,
    ROW_PREFILL,
    ROW_DECODE,
    ROW_MIXED,
    ROW_LATENT_PREFILL,
    ROW_LATENT_DECODE,
    ROW_EXPERTS,
    ROW_GROUPED,
    ROW_COLLECTIVE,
    ROW_DISPATCH,
    ROW_ELEMENTWISE,
    ROW_TASK, // of the harness's own results
    ROW_KIND_COUNT
} RowKind;

typedef struct SourceInfo {
    const char *prefix;   // of the rows' `source`; the longest that fits is taken
    unsigned kinds;       // bit of each RowKind it is for; 0: all
    bool warm;            // what the run before left in the on-chip store is found there
    double copies_least;  // of the weights, rotated so that they do not stay in the store:
    double copies_most;   // as many as fill it, within these limits
    bool graph;           // a graph launches each copy once
    double replay_s;      // cost of replaying a graph, shared by its launches (one a copy)
    double host_launch_s; // from the host to the kernel, where it is inside the time
    bool kernel_only;     // the gap to the next kernel is not inside the time
    bool own_narrow;      // matmuls below 16 bit run on the engine's own kernels, not the vendor's
    int scale_kernels; // that fit block scales to a matrix unit which takes them itself; 6 at most
    bool whole_tokens; // a rank computes all choices of a token that has one of them there
    bool writes_cache; // attention: writing the new tokens' keys and values is inside the time,
    bool rotates;      // and turning the queries
    bool
        packs_plain; // decode: heads that share keys are packed, and keys split, only without a window and where heads do
                     // share keys; the packing copies queries and outputs
    const char *why; // where this is said or seen
} SourceInfo;

// Never NULL: an unknown source is cold, in a graph, without a launch.
const SourceInfo *source_find(const char *source, RowKind kind);

// What lies in a row's time beside its kernels: replay and host, or less the gap that a profiler does not see.
double source_fixed_s(const SourceInfo *info);

// Copies of `bytes` of weights that are rotated through a store of so many bytes.
double source_copies(const SourceInfo *info, double bytes, double store_bytes);

#ifdef __cplusplus
}
#endif
#endif
