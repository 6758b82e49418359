#include "arch/model.h"

#include <string.h>

const char *const ATTENTION_KIND_WORDS[] = {"gqa", "mla", NULL};

// clang-format off
static const Field ATTENTION_FIELDS[] = {
    {.name = "kind", .kind = FIELD_WORD, .offset = offsetof(Attention, kind), .words = ATTENTION_KIND_WORDS,
     .help = "gqa: grouped queries (kv_heads = heads is MHA, 1 is MQA); mla: one latent vector a token"},
    {.name = "heads", .kind = FIELD_INT, .offset = offsetof(Attention, heads), .min = 1, .max = 4096, .required = true,
     .help = "query heads"},
    {.name = "kv_heads", .kind = FIELD_INT, .offset = offsetof(Attention, kv_heads), .min = 0, .max = 4096,
     .help = "heads of keys and values; left out: as heads"},
    {.name = "head_dim", .kind = FIELD_INT, .offset = offsetof(Attention, head_dim), .min = 0, .max = 8192,
     .help = "of queries and keys; left out: d_model / heads, mla: nope_dim + rope_dim"},
    {.name = "v_head_dim", .kind = FIELD_INT, .offset = offsetof(Attention, v_head_dim), .min = 0, .max = 8192,
     .help = "of values; left out: as head_dim, mla: nope_dim"},
    {.name = "window", .kind = FIELD_INT, .offset = offsetof(Attention, window), .min = 0, .max = 2147483647,
     .help = "tokens that a local layer sees, itself included; 0: all"},
    {.name = "pattern", .kind = FIELD_TEXT, .offset = offsetof(Attention, pattern),
     .help = "order of the layers, repeated: l local, g global; left out: all local where there is a window"},
    {.name = "qkv_bias", .kind = FIELD_BOOL, .offset = offsetof(Attention, qkv_bias), .help = "queries, keys and values have biases"},
    {.name = "out_bias", .kind = FIELD_BOOL, .offset = offsetof(Attention, out_bias), .help = "the output projection has a bias"},
    {.name = "qk_norm", .kind = FIELD_BOOL, .offset = offsetof(Attention, qk_norm), .help = "queries and keys are normed per head"},
    {.name = "q_rank", .kind = FIELD_INT, .offset = offsetof(Attention, q_rank), .min = 0, .max = 65536,
     .help = "mla: width of the compressed query; 0: not compressed"},
    {.name = "kv_rank", .kind = FIELD_INT, .offset = offsetof(Attention, kv_rank), .min = 0, .max = 65536,
     .help = "mla: width of the latent that is cached"},
    {.name = "nope_dim", .kind = FIELD_INT, .offset = offsetof(Attention, nope_dim), .min = 0, .max = 8192,
     .help = "mla: dimensions of a head without rotary embedding"},
    {.name = "rope_dim", .kind = FIELD_INT, .offset = offsetof(Attention, rope_dim), .min = 0, .max = 8192,
     .help = "mla: rotary dimensions, shared by the heads' keys and cached beside the latent"},
};
static const FieldTable ATTENTION_TABLE = {"attention", ATTENTION_FIELDS, FIELD_COUNT(ATTENTION_FIELDS), sizeof(Attention),
                                           "self-attention of every layer"};

static const Field FFN_FIELDS[] = {
    {.name = "d_ff", .kind = FIELD_INT, .offset = offsetof(FeedForward, d_ff), .min = 0, .max = 4194304,
     .help = "inner width of the dense layers; 0: there are none"},
    {.name = "gated", .kind = FIELD_BOOL, .offset = offsetof(FeedForward, gated), .initial = 1,
     .help = "three matrices (SwiGLU and the like), experts too; else two"},
    {.name = "bias", .kind = FIELD_BOOL, .offset = offsetof(FeedForward, bias), .help = "the matrices have biases"},
};
static const FieldTable FFN_TABLE = {"ffn", FFN_FIELDS, FIELD_COUNT(FFN_FIELDS), sizeof(FeedForward), "feed-forward of the dense layers"};

static const Field MOE_FIELDS[] = {
    {.name = "experts", .kind = FIELD_INT, .offset = offsetof(Experts, experts), .min = 0, .max = 65536, .help = "routed experts of a layer; 0: a dense model"},
    {.name = "top_k", .kind = FIELD_INT, .offset = offsetof(Experts, top_k), .min = 0, .max = 65536, .help = "experts that a token is sent to"},
    {.name = "d_expert", .kind = FIELD_INT, .offset = offsetof(Experts, d_expert), .min = 0, .max = 4194304, .help = "inner width of a routed expert"},
    {.name = "shared_experts", .kind = FIELD_INT, .offset = offsetof(Experts, shared_experts), .min = 0, .max = 1024, .help = "experts that every token passes"},
    {.name = "d_shared", .kind = FIELD_INT, .offset = offsetof(Experts, d_shared), .min = 0, .max = 4194304, .help = "inner width of a shared expert; left out: as d_expert"},
    {.name = "first_dense", .kind = FIELD_INT, .offset = offsetof(Experts, first_dense), .min = 0, .max = MODEL_LAYERS, .help = "dense layers before the first expert layer"},
    {.name = "every", .kind = FIELD_INT, .offset = offsetof(Experts, every), .min = 1, .max = MODEL_LAYERS, .initial = 1, .help = "one expert layer in every so many after them"},
    {.name = "router_bias", .kind = FIELD_BOOL, .offset = offsetof(Experts, router_bias), .help = "the router has one correction per expert"},
    {.name = "shared_gate", .kind = FIELD_BOOL, .offset = offsetof(Experts, shared_gate), .help = "the shared experts' output is scaled by a learned gate"},
};
static const FieldTable MOE_TABLE = {"moe", MOE_FIELDS, FIELD_COUNT(MOE_FIELDS), sizeof(Experts), "mixture of experts"};

static const Field MODEL_FIELDS[] = {
    {.name = "name", .kind = FIELD_TEXT, .offset = offsetof(Model, name), .required = true, .help = "what it is called on the command line"},
    {.name = "title", .kind = FIELD_TEXT, .offset = offsetof(Model, title), .help = "full name"},
    {.name = "aliases", .kind = FIELD_LIST, .offset = offsetof(Model, aliases), .element = FIELD_TEXT, .capacity = MODEL_ALIASES,
     .count_offset = offsetof(Model, alias_count), .help = "other names"},
    {.name = "d_model", .kind = FIELD_INT, .offset = offsetof(Model, d_model), .min = 1, .max = 1048576, .required = true, .help = "width of the residual stream"},
    {.name = "layers", .kind = FIELD_INT, .offset = offsetof(Model, layers), .min = 1, .max = MODEL_LAYERS, .required = true, .help = "transformer blocks"},
    {.name = "vocab", .kind = FIELD_INT, .offset = offsetof(Model, vocab), .min = 1, .max = 16777216, .required = true, .help = "tokens of the vocabulary"},
    {.name = "tied_embeddings", .kind = FIELD_BOOL, .offset = offsetof(Model, tied_embeddings), .help = "the output head is the input embedding"},
    {.name = "norms", .kind = FIELD_INT, .offset = offsetof(Model, norms), .min = 0, .max = 8, .initial = 2, .help = "norm vectors of d_model in a layer"},
    {.name = "attention", .kind = FIELD_SECTION, .offset = offsetof(Model, attention), .table = &ATTENTION_TABLE, .required = true, .help = "self-attention"},
    {.name = "ffn", .kind = FIELD_SECTION, .offset = offsetof(Model, ffn), .table = &FFN_TABLE, .help = "dense feed-forward"},
    {.name = "moe", .kind = FIELD_SECTION, .offset = offsetof(Model, moe), .table = &MOE_TABLE, .help = "mixture of experts; left out: a dense model"},
    {.name = "params", .kind = FIELD_NUMBER, .offset = offsetof(Model, published_params), .min = 0, .max = 1e16, .help = "published parameter count, to check the model against"},
    {.name = "active_params", .kind = FIELD_NUMBER, .offset = offsetof(Model, published_active_params), .min = 0, .max = 1e16, .help = "published active parameters, to check the model against"},
    {.name = "source", .kind = FIELD_TEXT, .offset = offsetof(Model, source), .required = true, .help = "where the numbers come from"},
    {.name = "doubtful", .kind = FIELD_TEXT, .offset = offsetof(Model, doubtful), .help = "which of them are not certain"},
    {.name = "notes", .kind = FIELD_TEXT, .offset = offsetof(Model, notes), .help = "anything worth knowing"},
};
// clang-format on
const FieldTable MODEL_TABLE = {"model", MODEL_FIELDS, FIELD_COUNT(MODEL_FIELDS), sizeof(Model),
                                "a network's architecture"};

static bool layer_is_local(const Model *model, int layer) {
    const Attention *attention = &model->attention;
    if (attention->window == 0)
        return false;
    if (!attention->pattern || !attention->pattern[0])
        return true;
    return attention->pattern[layer % (int)strlen(attention->pattern)] == 'l';
}

static bool layer_has_experts(const Model *model, int layer) {
    const Experts *moe = &model->moe;
    return moe->experts > 0 && layer >= moe->first_dense &&
           (layer - moe->first_dense) % moe->every == 0;
}

static double attention_params(const Model *model) {
    const Attention *a = &model->attention;
    double d = model->d_model, h = a->heads;
    if (a->kind == ATTENTION_MLA) {
        double queries = a->q_rank ? d * a->q_rank + a->q_rank * h * a->head_dim + a->q_rank
                                   : d * h * a->head_dim;
        double latent = d * (a->kv_rank + a->rope_dim) + a->kv_rank;
        return queries + latent + (double)a->kv_rank * h * (a->nope_dim + a->v_head_dim) +
               h * a->v_head_dim * d;
    }
    double kv = (double)a->kv_heads * (a->head_dim + a->v_head_dim);
    double params = d * h * a->head_dim + d * kv + h * a->v_head_dim * d;
    if (a->qkv_bias)
        params += h * a->head_dim + kv;
    if (a->out_bias)
        params += d;
    if (a->qk_norm)
        params += 2.0 * a->head_dim;
    return params;
}

static double block_params(const Model *model, double inner) {
    double matrices = model->ffn.gated ? 3 : 2;
    double params = matrices * model->d_model * inner;
    if (model->ffn.bias)
        params += (matrices - 1) * inner + model->d_model;
    return params;
}

static LayerKind kind_of(const Model *model, bool local, bool expert) {
    const Experts *moe = &model->moe;
    LayerKind kind = {.local = local, .expert = expert};
    kind.attention_params = attention_params(model);
    kind.norm_params = (double)model->norms * model->d_model;
    if (!expert) {
        kind.dense_params = model->ffn.d_ff ? block_params(model, model->ffn.d_ff) : 0;
        return kind;
    }
    kind.expert_params = moe->experts * block_params(model, moe->d_expert);
    kind.shared_params = moe->shared_experts * block_params(model, moe->d_shared);
    if (moe->shared_gate)
        kind.shared_params += model->d_model;
    kind.router_params = (double)model->d_model * moe->experts;
    if (moe->router_bias)
        kind.router_params += moe->experts;
    return kind;
}

static int find_kind(Model *model, bool local, bool expert) {
    for (int i = 0; i < model->kind_count; i++)
        if (model->kinds[i].local == local && model->kinds[i].expert == expert)
            return i;
    model->kinds[model->kind_count] = kind_of(model, local, expert);
    return model->kind_count++;
}

static void derive_layers(Model *model) {
    model->kind_count = model->run_count = 0;
    for (int layer = 0; layer < model->layers; layer++) {
        int kind = find_kind(model, layer_is_local(model, layer), layer_has_experts(model, layer));
        model->kinds[kind].layers++;
        if (model->run_count == 0 || model->runs[model->run_count - 1].kind != kind)
            model->runs[model->run_count++] = (LayerRun){.kind = kind};
        model->runs[model->run_count - 1].layers++;
    }
}

static void derive_params(Model *model) {
    double embedding = (double)model->vocab * model->d_model;
    double layers = 0, active = 0;
    for (int i = 0; i < model->kind_count; i++) {
        const LayerKind *kind = &model->kinds[i];
        double always = kind->attention_params + kind->dense_params + kind->shared_params +
                        kind->router_params + kind->norm_params;
        double share = kind->expert ? (double)model->moe.top_k / model->moe.experts : 0;
        layers += kind->layers * (always + kind->expert_params);
        active += kind->layers * (always + kind->expert_params * share);
    }
    model->params = layers + model->d_model + embedding * (model->tied_embeddings ? 1 : 2);
    model->active_params = active + model->d_model + embedding;
}

static bool finish_attention(Model *model, Error *err) {
    Attention *a = &model->attention;
    if (a->kind == ATTENTION_MLA) {
        if (a->kv_rank < 1 || a->nope_dim < 1)
            return error_set(err, "mla attention needs kv_rank and nope_dim");
        if (a->head_dim == 0)
            a->head_dim = a->nope_dim + a->rope_dim;
        if (a->head_dim != a->nope_dim + a->rope_dim)
            return error_set(err, "head_dim = %d, but nope_dim + rope_dim = %d", a->head_dim,
                             a->nope_dim + a->rope_dim);
        if (a->v_head_dim == 0)
            a->v_head_dim = a->nope_dim;
        a->kv_heads = a->heads;
    }
    if (a->kv_heads == 0)
        a->kv_heads = a->heads;
    if (a->head_dim == 0 && model->d_model % a->heads != 0)
        return error_set(err, "heads = %d does not divide d_model = %d, so head_dim must be given",
                         a->heads, model->d_model);
    if (a->head_dim == 0)
        a->head_dim = model->d_model / a->heads;
    if (a->v_head_dim == 0)
        a->v_head_dim = a->head_dim;
    if (a->heads % a->kv_heads != 0)
        return error_set(err, "kv_heads = %d does not divide heads = %d", a->kv_heads, a->heads);
    if (a->pattern && a->pattern[strspn(a->pattern, "lg")])
        return error_set(err, "pattern '%s' may hold only l (local) and g (global)", a->pattern);
    if (a->pattern && strchr(a->pattern, 'l') && a->window == 0)
        return error_set(err, "pattern '%s' has local layers, but window is 0", a->pattern);
    return true;
}

static bool finish_experts(Model *model, Error *err) {
    Experts *moe = &model->moe;
    if (moe->every == 0)
        moe->every = 1;
    if (moe->experts == 0) {
        if (moe->top_k || moe->d_expert || moe->shared_experts)
            return error_set(err, "moe has top_k, d_expert or shared_experts, but no experts");
        return true;
    }
    if (moe->top_k < 1 || moe->top_k > moe->experts)
        return error_set(err, "top_k = %d is outside 1 to experts = %d", moe->top_k, moe->experts);
    if (moe->d_expert < 1)
        return error_set(err, "a model with experts needs d_expert");
    if (moe->d_shared == 0)
        moe->d_shared = moe->d_expert;
    return true;
}

bool model_finish(Model *model, Error *err) {
    if (model->layers < 1 || model->layers > MODEL_LAYERS || model->d_model < 1 ||
        model->vocab < 1 || model->attention.heads < 1)
        return error_set(err, "a model needs layers (at most %d), d_model, vocab and heads",
                         MODEL_LAYERS);
    if (!finish_attention(model, err) || !finish_experts(model, err))
        return false;
    derive_layers(model);
    for (int i = 0; i < model->kind_count; i++)
        if (!model->kinds[i].expert && model->ffn.d_ff == 0)
            return error_set(err, "%d layers are dense, but ffn.d_ff is 0", model->kinds[i].layers);
    derive_params(model);
    return true;
}

void model_kinds_in(const Model *model, int first, int count, int layers_of_kind[MODEL_KINDS]) {
    for (int i = 0; i < MODEL_KINDS; i++)
        layers_of_kind[i] = 0;
    if (model->kind_count == 1) {
        layers_of_kind[0] = count;
        return;
    }
    int begin = 0, last = first + count;
    for (int i = 0; i < model->run_count && begin < last; i++) {
        int end = begin + model->runs[i].layers;
        int low = begin > first ? begin : first, high = end < last ? end : last;
        if (high > low)
            layers_of_kind[model->runs[i].kind] += high - low;
        begin = end;
    }
}

double model_kv_values(const Model *model) {
    const Attention *a = &model->attention;
    if (a->kind == ATTENTION_MLA)
        return a->kv_rank + a->rope_dim;
    return (double)a->kv_heads * (a->head_dim + a->v_head_dim);
}

double model_kv_bytes_per_token(const Model *model, double bytes_per_value) {
    return model->layers * model_kv_values(model) * bytes_per_value;
}
