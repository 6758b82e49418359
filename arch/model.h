// model.h — the network's architecture, and the counts that follow from it alone. Data: arch/models/*.lua.
//
// The fields that a user writes come first; model_finish derives the layer kinds (at most four: local or global
// attention, dense or expert layers), their order, and the parameter counts.
//
// Parameters of one layer, d = d_model, h heads, g kv_heads, e head_dim, v v_head_dim:
//     attention (gqa)  d h e + 2 d g (e + v)/2 + h v d (+ biases h e + g (e + v) + d, + q/k norms 2 e)
//     attention (mla)  d r_q + r_q h (n + r) + d (r_kv + r) + r_kv h (n + v) + h v d + r_q + r_kv
//     dense            (3 if gated else 2) d d_ff
//     experts          E (3 or 2) d d_e + shared (3 or 2) d d_s + d E router
//     norms            2 d
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
    int window;     // tokens that a local layer sees, itself included; 0: all
    // Order of layers, repeated: 'l' local (window), 'g' global; NULL: all local if window else global
    const char *pattern;
    bool qkv_bias, out_bias;
    bool qk_norm;
    int q_rank;             // mla: 0: queries are not compressed
    int kv_rank;            // mla
    int nope_dim, rope_dim; // mla
} Attention;

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
    int first_dense;  // layers before the first expert layer
    int every;        // one expert layer in every so many after them
    bool router_bias; // a score correction per expert
    bool shared_gate; // the shared expert's output is scaled by a gate of d_model weights
} Experts;

// One kind of layer.
typedef struct LayerKind {
    bool local;  // attention sees `window` tokens only
    bool expert; // experts in place of the dense feed-forward
    int layers;  // how many of this kind
    // Parameters of one layer.
    double attention_params; // projections with biases
    double dense_params;     // dense feed-forward
    double expert_params;    // all routed experts
    double shared_params;    // shared experts with their gate
    double router_params;
    double norm_params;
} LayerKind;

// Consecutive layers of one kind.
typedef struct LayerRun {
    int kind;
    int layers;
} LayerRun;

#define MODEL_KINDS   4
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
    int norms; // norm vectors of d_model a layer: 2, or 4 with norms after the blocks too
    Attention attention;
    FeedForward ffn;
    Experts moe;
    double published_params;        // for the test of the count; 0: none
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
    double params; // embedding and head included, tied ones once
    // Touched by a token: top-k and shared experts, router, head; without the input embedding
    double active_params;
} Model;

extern const FieldTable MODEL_TABLE;

// Fills in defaults that depend on other fields, derives kinds, runs and counts; false with the reason when the shape
// is not a network (heads no multiple of kv_heads, top_k above experts, ...).
bool model_finish(Model *model, Error *err);

// Layers of each kind among layers [first, first + count).
void model_kinds_in(const Model *model, int first, int count, int layers_of_kind[MODEL_KINDS]);

// Values that one token leaves in the cache of one layer: kv_heads (head_dim + v_head_dim), or the latent kv_rank + rope_dim.
double model_kv_values(const Model *model);

// Bytes that one token leaves in the caches of all layers, windows not considered: layers x model_kv_values x bytes a value.
double model_kv_bytes_per_token(const Model *model, double bytes_per_value);

#ifdef __cplusplus
}
#endif
#endif
