// op.h — one kernel or transfer with its shape, as the fullest rank runs it.
//
// Ops know nothing of the chip: formats are the ones asked for, groups are (size, stride). sim/ turns an op into times.
// Sizes are doubles: expected values (tokens on the fullest expert rank) need not be whole.
#ifndef ARCH_OP_H
#define ARCH_OP_H

#include <stdbool.h>

#include "arch/formats.h"
#include "arch/plan.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum OpKind {
    OP_MATMUL,
    OP_GROUPED_MATMUL,
    OP_ATTENTION,
    OP_SCAN,
    OP_ELEMENTWISE,
    OP_COLLECTIVE,
    OP_DISPATCH, // MoE tokens to the ranks of their experts, or back
    OP_SEND,
    OP_HOST, // no kernel: time of the serving engine
    OP_KIND_COUNT
} OpKind;

extern const char *const OP_KIND_WORDS[];

// batch x C[m,n] = A[m,k] B[k,n]; B holds the weights. C is written in 16 bit.
typedef struct MatmulShape {
    double batch, m, n, k;
    Format a, b;   // activations, weights
    Format matmul; // arithmetic asked for; FORMAT_NONE: by rule
    bool strided;  // by the kernels for several matrices even where there is one
    bool unsplit;  // by a library whose kernels leave all of k to one core,
    bool coarse;   // and whose tiles are never smaller than 128 x 128
} MatmulShape;

// What tells one block of experts from another, for all its kernels.
typedef struct BlockSize {
    double tokens;  // that its experts see
    double active;  // experts that have any
    double weights; // values, of those
} BlockSize;

// The same for `experts` weights on this rank, of which `active` are hit; `rows` tokens in all, spread multinomially.
typedef struct GroupedShape {
    double rows, n, k;
    double experts, active;
    Format a, b;
    Format matmul;
    bool even;  // spread evenly
    bool alone; // no block stands round it
    BlockSize block;
} GroupedShape;

// Attention of `sequences` x `q_len` new tokens, the last of kv_len tokens each. Causal: query i sees kv_len - q_len +
// i + 1 keys, at most `window` (0: all).
typedef struct AttentionShape {
    double sequences;
    double q_len, kv_len;
    double heads, kv_heads; // on this rank
    double qk_dim, v_dim;
    // Cached values read per token on this rank: kv_heads (qk_dim + v_dim), or the shared latent
    double kv_values;
    double window;
    double chunk; // keys of the query's own chunk only; 0: all
    double split; // cp: ranks among which the (query, key) pairs of a sequence are shared
    // Mla prefill: work to rebuild keys and values of one prefix token from its latent
    double expand_flop_per_token;
    Format kv;
    bool decode;  // few queries a sequence, work split over the keys
    bool unsplit; // by a library that leaves the keys of a sequence to one core
} AttentionShape;

// A state layer over `sequences` x `tokens` new tokens: value_heads states of key_dim x value_dim on this rank, kept in fp32.
typedef struct ScanShape {
    double sequences, tokens;
    double key_heads, key_dim, value_heads, value_dim;
    bool delta;
    bool
        decode; // states are read, and written after each token, so that rejected drafts can be undone
} ScanShape;

typedef enum ElementwiseKind {
    ELEMENTWISE_POINT, // every value by itself
    ELEMENTWISE_GATED, // one half times the activated other
    ELEMENTWISE_NORM,  // sums over a row
    ELEMENTWISE_SOFTMAX,
    ELEMENTWISE_QUANTISE,
    ELEMENTWISE_COPY, // whole streams, with no work but a sum at most
    ELEMENTWISE_KIND_COUNT
} ElementwiseKind;

// Of a kernel in a block of experts: whose formats say which kernels it stands among, and what it has to sort.
typedef struct RoutedStream {
    bool on;
    Format a, b, matmul;
    double row_bytes;             // of its bytes, those of rows in the experts' order
    double tokens, experts, held; // that it orders; experts to choose from, and on the rank
    BlockSize block;
} RoutedStream;

// Streams over tensors with a little arithmetic.
typedef struct ElementwiseShape {
    double read_bytes, write_bytes;
    double flop;     // vector arithmetic
    double specials; // exponentials and the like
    ElementwiseKind kind;
    double rows; // that a kernel takes one by one: norms, softmax, gated activations
    RoutedStream routed;
} ElementwiseShape;

typedef enum CollectiveKind {
    COLLECTIVE_ALL_REDUCE,     // bytes: the buffer of a rank
    COLLECTIVE_ALL_GATHER,     // bytes: the whole gathered result
    COLLECTIVE_REDUCE_SCATTER, // bytes: the whole input of a rank
    COLLECTIVE_ALL_TO_ALL,     // bytes: the whole buffer of a rank, its own part included
    COLLECTIVE_RING, // bytes: all parts together, each of which goes round from neighbour to neighbour
    COLLECTIVE_KIND_COUNT
} CollectiveKind;

extern const char *const COLLECTIVE_WORDS[];

// Whose kernels run: what an engine would take at that size, unless a measured row names one.
typedef enum KernelLibrary {
    LIBRARY_FASTEST,
    LIBRARY_NCCL,
    LIBRARY_NCCL_OLD,   // of 2023, with the wait for the slowest rank
    LIBRARY_DIRECT,     // an engine's own all-reduce
    LIBRARY_DIRECT_OLD, // one of an earlier version
    LIBRARY_FUSED,      // TensorRT-LLM's all-reduce
    LIBRARY_PROMPTS, // dispatch of prompts, which no graph holds: normal or low latency, the sooner
    LIBRARY_NORMAL,  // dispatch: for many tokens
    LIBRARY_LOW,     // dispatch: low latency
    LIBRARY_ONE_SIDED, // dispatch within one domain
    LIBRARY_TWO_SIDED,
    LIBRARY_NARROW // two-sided, results in a narrow format
} KernelLibrary;

typedef struct CollectiveShape {
    CollectiveKind kind;
    Group group;
    double bytes;
    KernelLibrary library;
} CollectiveShape;

// Tokens of this rank go to the ranks of their top_k experts, once to a rank however many of its experts they need,
// and once to a node on levels beyond (combine: the same way back).
typedef struct DispatchShape {
    Group group;
    double tokens;  // owned by this rank, mean over ranks
    double hottest; // tokens that reach the fullest rank, over the mean: at least 1
    double bytes_per_token;
    double experts, top_k; // experts dealt evenly to the group
    double
        hit; // ranks that a token's experts lie on: routing_groups_hit(experts, top_k, group.size)
    bool back; // combine
    KernelLibrary library;
    double cores; // that the kernel is given; 0: DISPATCH_CORES
} DispatchShape;

// Between two chips of the system's numbering.
typedef struct SendShape {
    int from, to;
    double bytes;
} SendShape;

typedef struct Op {
    OpKind kind;
    const char *name; // "qkv", "attention", "all_reduce"
    union {
        MatmulShape matmul;
        GroupedShape grouped;
        AttentionShape attention;
        ScanShape scan;
        ElementwiseShape elementwise;
        CollectiveShape collective;
        DispatchShape dispatch;
        SendShape send;
    };
    // Useful FLOP over all chips per token that the op serves (linear layers; attention: by pairs).
    double token_flop;
    double balance;        // mean work over all ranks of the stage / that of the fullest
    double touch;          // the same of the weights and buffers that are read
    bool context_bound;    // its cost depends on the prefix or context:
    double own_context;    // keys that it sees whatever the step's are; 0: the step's
    double context_bytes;  // a collective's bytes per token of it; 0: its bytes do not depend on it
    double context_window; // at most so many tokens of it; 0: all
    double
        hidden_share; // of the time of the op before it that this transfer hides behind; 0: nothing
} Op;

// Whether two ops are the same kernel on the same shape, so that one's cost is the other's.
bool op_same(const Op *a, const Op *b);
bool collective_same(const CollectiveShape *a, const CollectiveShape *b);

#define LAYER_OPS 40

#ifdef __cplusplus
}
#endif
#endif
