// model.h — the network's architecture, and the counts that follow from it alone. Data: arch/models/*.lua.
//
// The fields that a user writes come first; model_finish derives the layer kinds, their order, and the parameter counts.
//
// A layer is a mixer (attention, or a state layer: linear attention, state space) and a feed-forward (dense or
// experts); either may be missing. `mixers` and `feeds` spell their order, one letter a layer, repeated over the network.
//
// Parameters of one layer, d = d_model, h heads, g kv_heads, e head_dim, v v_head_dim:
//     attention (gqa)  d h e + d g (e + v) + h v d (values that are the keys: less d g v; an output gate: d h v more;
//                      queries or output through r dimensions: d r + r h e + r, h v r_o + groups r_o d in their place)
//     attention (mla)  d r_q + r_q h (n + r) + d (r_kv + r) + r_kv h (n + v) + h v d + r_q + r_kv
//     indexer          r_q i_h i_d + d i_d + d i_h + 2 i_d
//     state            d (k_h k_d 2 + v_h v_d (1 + gate) + v_h scalars) + (2 k_h k_d + v_h v_d) conv + v_h v_d d
//     dense            (3 if gated else 2) d d_ff
//     experts          E (3 or 2) d d_e + shared (3 or 2) d d_s + d E router (experts in a latent of l: l for d, 2 d l more)
//     norms            norms x d
//     extra            sinks h, whole-width norms h e + g e, scales and norms of state layers, paths of low rank
#ifndef ARCH_MODEL_H
#define ARCH_MODEL_H

#include "sim/base/field.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum AttentionKind {
    ATTENTION_GQA, // grouped queries; kv_heads = heads is MHA, kv_heads = 1 MQA
    ATTENTION_MLA  // one latent vector a token (DeepSeek)
} AttentionKind;

extern const char *const ATTENTION_KIND_WORDS[];

typedef struct Attention {
    int kind; // AttentionKind
    int heads;
    int kv_heads;   // 0: as heads
    int head_dim;   // of queries and keys; mla: nope_dim + rope_dim
    int v_head_dim; // 0: as head_dim
    int window;     // tokens that a local layer sees, itself included
    int chunk;      // tokens of the pieces that a chunked layer keeps to
    bool qkv_bias, out_bias;
    bool qk_norm;
    bool wide_qk_norm; // with a weight of its own for every head
    bool sinks;        // a learned score per head that no key takes
    bool k_eq_v;       // values are the keys: no projection of their own
    bool gate;         // the output is scaled by a learned gate per head and dimension
    int shared_kv_layers; // the last so many layers read the cache of earlier ones and have none of their own
    int q_rank;           // 0: queries are not compressed
    int o_rank,
        o_groups; // the output of each group of heads passes so many dimensions; 0: it does not
    int kv_rank;  // mla
    int nope_dim, rope_dim; // mla
} Attention;

// What local and chunked layers have in place of `attention`'s; 0: the same.
typedef struct LocalAttention {
    int heads, kv_heads, head_dim, v_head_dim;
    int k_eq_v; // 0: as attention, 1: no, 2: yes (index into words)
} LocalAttention;

// Sparse attention: a cheap score over all keys picks top_k of them for every query (DeepSeek-V3.2).
typedef struct Indexer {
    int heads; // 0: none
    int head_dim;
    int top_k;
} Indexer;

// A layer with a state of fixed size per sequence in place of a cache: value_heads matrices of key_dim x value_dim.
// Mamba-2: key_heads = groups, key_dim = state size, scalars = 1; gated delta rule: scalars = 2, delta.
typedef struct StateMixer {
    int key_heads, key_dim;
    int value_heads, value_dim; // value_heads 0: the model has none
    int conv;                   // width of the causal convolution; 0: none
    int rank;                   // gates and decays pass so many dimensions; 0: they do not
    int scalars;                // step sizes and decays that a token gives each head
    bool gate;                  // the output is gated by a projection of its own
    bool delta;                 // the delta rule: the state is corrected, not only added to
} StateMixer;

typedef struct FeedForward {
    int d_ff;   // 0: the model has no dense layer
    bool gated; // SwiGLU and the like: three matrices
    bool bias;
} FeedForward;

typedef struct Experts {
    int experts; // 0: a dense model
    int top_k;
    int d_expert;
    int shared_experts;
    int d_shared;     // width of one shared expert; 0: as d_expert
    int d_latent;     // routed experts read and write so many dimensions; 0: d_model
    int first_dense;  // layers before the first expert layer
    int every;        // one expert layer in every so many after them
    bool router_bias; // a score correction per expert
    bool shared_gate; // the shared expert's output is scaled by a gate of d_model weights
} Experts;

typedef enum Mixer {
    MIXER_GLOBAL,  // 'g' attention to all tokens
    MIXER_LOCAL,   // 'l' to the last `window`
    MIXER_CHUNKED, // 'c' to those of the same chunk
    MIXER_STATE,   // 's'
    MIXER_NONE     // '-'
} Mixer;

typedef enum Feed {
    FEED_DENSE,   // 'd'
    FEED_EXPERTS, // 'e'
    FEED_NONE     // '-'
} Feed;

// Heads of one kind of layer, defaults and local values resolved.
typedef struct Heads {
    int heads, kv_heads, head_dim, v_head_dim;
    bool k_eq_v;
} Heads;

// One kind of layer.
typedef struct LayerKind {
    Mixer mixer;
    Feed feed;
    bool shares_kv; // reads the cache of an earlier layer
    Heads heads;
    int layers; // how many of this kind
    // Parameters of one layer.
    double mixer_params;  // projections with biases
    double dense_params;  // dense feed-forward
    double expert_params; // all routed experts
    double shared_params; // shared experts with their gate
    double router_params;
    double norm_params;
    double extra_params; // small things beside the matrices, the same on every rank
} LayerKind;

// Consecutive layers of one kind.
typedef struct LayerRun {
    int kind;
    int layers;
} LayerRun;

#define MODEL_KINDS   8
#define MODEL_LAYERS  1024
#define MODEL_ALIASES 8

typedef struct Model {
    const char *name;
    const char *title;
    const char *aliases[MODEL_ALIASES];
    int alias_count;
    int d_model;
    int layers;
    int vocab;
    bool tied_embeddings;
    bool head_bias;
    int layer_embedding; // width of a second embedding that every layer has; 0: none
    int positions;       // learned position embeddings; 0: none
    int norms;           // norm vectors of d_model a layer: 2, or 4 with norms after the blocks too
    bool norm_bias;      // norms have a bias (LayerNorm)
    bool parallel;       // mixer and feed-forward read the same input and are added up together
    const char
        *mixers; // letters g l c s -, see Mixer; NULL: all local if there is a window, else global
    const char *feeds; // letters d e -, see Feed; NULL: by moe.first_dense and moe.every
    Attention attention;
    LocalAttention local;
    Indexer indexer;
    StateMixer state;
    FeedForward ffn;
    Experts moe;
    double extra_params;            // of every layer, beside what the other fields count
    int mtp_layers;                 // multi-token-prediction layers; not counted in params
    double published_params;        // checked against the count; 0: none
    double published_active_params; // the same
    const char *source;
    const char *doubtful;
    const char *notes;
    const char *origin;

    // Derived by model_finish.
    LayerKind kinds[MODEL_KINDS];
    int kind_count;
    LayerRun runs[MODEL_LAYERS];
    int run_count;
    double table_params; // looked up beside the embedding: positions, the layers' own embeddings
    double last_params;  // last norm, bias of the head, projection to the layers' embeddings
    double params;       // embedding and head included, tied ones once
    // Touched by a token: top-k and shared experts, router, head; without the input embedding.
    double active_params;
} Model;

extern const FieldTable MODEL_TABLE;

// Fills in defaults that depend on other fields, derives kinds, runs and counts; false with the reason when the shape
// is not a network (heads no multiple of kv_heads, top_k above experts, ...) or has not the parameters it claims.
bool model_finish(Model *model, Error *err);

// Layers of each kind among layers [first, first + count).
void model_kinds_in(const Model *model, int first, int count, int layers_of_kind[MODEL_KINDS]);

// Values that one token leaves in the cache of one layer of a kind: kv_heads (head_dim + v_head_dim), or the latent
// kv_rank + rope_dim; and the indexer's keys, which are kept in 8 bit.
double model_kv_values(const Model *model, const LayerKind *kind);
double model_index_values(const Model *model, const LayerKind *kind);

// Keys that the last of kv_len tokens sees in a layer of a kind. A chunked layer's are the mean over a chunk.
double model_keys(const Model *model, const LayerKind *kind, double kv_len);

// Values of state that one sequence keeps in one layer of a kind, the convolution's last inputs included.
double model_state_values(const Model *model, const LayerKind *kind);

// Bytes that one more token leaves in the caches of all layers, windows not considered.
double model_kv_bytes_per_token(const Model *model, double bytes_per_value);

#ifdef __cplusplus
}
#endif
#endif
