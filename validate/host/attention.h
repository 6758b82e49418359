// host/attention.h — attention on the host, by blocks of packed rows that walk the keys with an online softmax.
//
//     unit = a block of rows (query, head) that share keys, and a part of those keys (Dao et al. 2023, "Flash-Decoding")
//     for each block of keys: scores = Q K' ── softmax so far ── outputs = outputs x shrink + weights V
// Threads take units from a common counter, longest first. Two ways to multiply: FEW rows over a cache in pages by our own
// loops, the keys of a page lying dimension by dimension (as vLLM keeps them), so that a vector holds 16 tokens; else by
// oneDNN, each thread for itself, keys gathered from pages first.
#ifndef VALIDATE_HOST_ATTENTION_H
#define VALIDATE_HOST_ATTENTION_H

#include "validate/host/dnnl.h"
#include "validate/host/pages.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HOST_FEW_ROWS  8
#define HOST_TILE_ROWS 128
#define HOST_TILE_KEYS 256
#define HOST_KEY_STEP  64 // keys of a block are padded to a multiple
#define HOST_KEY_SIZES (HOST_TILE_KEYS / HOST_KEY_STEP)

enum { ATTENTION_QUERIES, ATTENTION_KEYS, ATTENTION_OUT, ATTENTION_VALUES };

// What a thread works with.
typedef struct HostWalk {
    void *queries, *weights;              // of a block, in the format of the multiplication
    void *keys, *values;                  // gathered
    float *scores, *outputs, *most, *sum; // most, sum: of each row so far
    dnnl_memory_t score_memory[2][HOST_KEY_SIZES][4], sum_memory[2][HOST_KEY_SIZES][4];
} HostWalk;

typedef struct HostAttention {
    HostKernel *kernel;
    bool few;    // rows are multiplied by our own loops
    bool latent; // values are the first numbers of keys
    bool paged;
    bool gathered; // keys and values are copied together first
    HostPages pages;
    Format math;               // of queries and weights when they are multiplied
    long group;                // heads that share keys
    long rows;                 // of a sequence and kv_head: q_len x group
    long tiles;                // blocks of rows
    long key_row, value_row;   // numbers from a token's to the next's
    long page_tokens;          // few: room for tokens in a page of keys
    long parts, blocks, units; // units = blocks x parts
    long next;                 // unit to be taken
    int *left;                 // of each block: parts at work
    float *partial;            // of each unit: outputs, then most, then sum of each row
    HostMultiply score[2][HOST_KEY_SIZES],
        value_sum[2][HOST_KEY_SIZES]; // [the last block of rows][keys]
    HostWalk *walks;
} HostAttention;

// Takes units until none is left.
void host_walk(HostAttention *attention, int thread);

// Keys and scores of few rows, row-major: scores[row][token] of `tokens` tokens, a multiple of 16, of a page of keys laid
// out [dim][tokens]; outputs[row][dim] += weights[row][token] x values[token][dim]. rows: 1, 2, 4 or 8.
typedef struct HostFewRows {
    int rows;
    long dims, tokens;
    const float *left; // queries [rows][dims], or weights [rows][left_row]
    long left_row;
    const void *right;
    Format format;
    long right_row;
    float *out;
    long out_row;
} HostFewRows;
void host_few_scores(const HostFewRows *few);
void host_few_sums(const HostFewRows *few);

// A row of scores to weights: the running softmax.
typedef struct HostSoftmax {
    float *scores;
    void *weights; // in `format`
    Format format;
    long count, from, to; // keys of the block; of them the row sees from .. to - 1
    float scale;
    float *most, *sum, *outputs;
    long dims;
} HostSoftmax;
void host_soften(const HostSoftmax *row);

#ifdef __cplusplus
}
#endif
#endif
