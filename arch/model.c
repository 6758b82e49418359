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
    {.name = "chunk", .kind = FIELD_INT, .offset = offsetof(Attention, chunk), .min = 0, .max = 2147483647,
     .help = "tokens of the pieces that a chunked layer keeps to"},
    {.name = "qkv_bias", .kind = FIELD_BOOL, .offset = offsetof(Attention, qkv_bias), .help = "queries, keys and values have biases"},
    {.name = "out_bias", .kind = FIELD_BOOL, .offset = offsetof(Attention, out_bias), .help = "the output projection has a bias"},
    {.name = "qk_norm", .kind = FIELD_BOOL, .offset = offsetof(Attention, qk_norm), .help = "queries and keys are normed per head"},
    {.name = "wide_qk_norm", .kind = FIELD_BOOL, .offset = offsetof(Attention, wide_qk_norm),
     .help = "queries and keys are normed with a weight for every head and dimension"},
    {.name = "sinks", .kind = FIELD_BOOL, .offset = offsetof(Attention, sinks), .help = "every head has a learned score that no key takes"},
    {.name = "k_eq_v", .kind = FIELD_BOOL, .offset = offsetof(Attention, k_eq_v), .help = "values are the keys: they have no projection of their own"},
    {.name = "gate", .kind = FIELD_BOOL, .offset = offsetof(Attention, gate), .help = "the output is scaled by a learned gate per head and dimension"},
    {.name = "shared_kv_layers", .kind = FIELD_INT, .offset = offsetof(Attention, shared_kv_layers), .min = 0, .max = MODEL_LAYERS,
     .help = "the last so many layers read the cache of earlier ones and have none of their own"},
    {.name = "q_rank", .kind = FIELD_INT, .offset = offsetof(Attention, q_rank), .min = 0, .max = 65536,
     .help = "width of the compressed query; 0: not compressed"},
    {.name = "o_rank", .kind = FIELD_INT, .offset = offsetof(Attention, o_rank), .min = 0, .max = 65536,
     .help = "width that the output of a group of heads passes before it is projected; 0: it does not"},
    {.name = "o_groups", .kind = FIELD_INT, .offset = offsetof(Attention, o_groups), .min = 0, .max = 4096,
     .help = "such groups of heads; left out: 1"},
    {.name = "kv_rank", .kind = FIELD_INT, .offset = offsetof(Attention, kv_rank), .min = 0, .max = 65536,
     .help = "mla: width of the latent that is cached"},
    {.name = "nope_dim", .kind = FIELD_INT, .offset = offsetof(Attention, nope_dim), .min = 0, .max = 8192,
     .help = "mla: dimensions of a head without rotary embedding"},
    {.name = "rope_dim", .kind = FIELD_INT, .offset = offsetof(Attention, rope_dim), .min = 0, .max = 8192,
     .help = "mla: rotary dimensions, shared by the heads' keys and cached beside the latent"},
};
static const FieldTable ATTENTION_TABLE = {"attention", ATTENTION_FIELDS, FIELD_COUNT(ATTENTION_FIELDS), sizeof(Attention),
                                           "self-attention of every layer"};

static const char *const LOCAL_WORDS[] = {"same", "no", "yes", NULL};

static const Field LOCAL_FIELDS[] = {
    {.name = "heads", .kind = FIELD_INT, .offset = offsetof(LocalAttention, heads), .min = 0, .max = 4096, .help = "query heads"},
    {.name = "kv_heads", .kind = FIELD_INT, .offset = offsetof(LocalAttention, kv_heads), .min = 0, .max = 4096, .help = "heads of keys and values"},
    {.name = "head_dim", .kind = FIELD_INT, .offset = offsetof(LocalAttention, head_dim), .min = 0, .max = 8192, .help = "of queries and keys"},
    {.name = "v_head_dim", .kind = FIELD_INT, .offset = offsetof(LocalAttention, v_head_dim), .min = 0, .max = 8192, .help = "of values"},
    {.name = "k_eq_v", .kind = FIELD_WORD, .offset = offsetof(LocalAttention, k_eq_v), .words = LOCAL_WORDS, .help = "whether values are the keys"},
};
static const FieldTable LOCAL_TABLE = {"local_attention", LOCAL_FIELDS, FIELD_COUNT(LOCAL_FIELDS), sizeof(LocalAttention),
                                       "what local and chunked layers have otherwise than attention; left out or 0: the same"};

static const Field INDEXER_FIELDS[] = {
    {.name = "heads", .kind = FIELD_INT, .offset = offsetof(Indexer, heads), .min = 0, .max = 4096, .help = "heads that score; 0: there is no indexer"},
    {.name = "head_dim", .kind = FIELD_INT, .offset = offsetof(Indexer, head_dim), .min = 0, .max = 8192, .help = "of scoring queries and keys"},
    {.name = "top_k", .kind = FIELD_INT, .offset = offsetof(Indexer, top_k), .min = 0, .max = 2147483647, .help = "keys that a query attends to"},
};
static const FieldTable INDEXER_TABLE = {"indexer", INDEXER_FIELDS, FIELD_COUNT(INDEXER_FIELDS), sizeof(Indexer),
                                         "sparse attention: which keys a query attends to"};

static const Field STATE_FIELDS[] = {
    {.name = "key_heads", .kind = FIELD_INT, .offset = offsetof(StateMixer, key_heads), .min = 0, .max = 65536, .help = "heads (groups) of keys and queries"},
    {.name = "key_dim", .kind = FIELD_INT, .offset = offsetof(StateMixer, key_dim), .min = 0, .max = 65536, .help = "of keys and queries: the state size of Mamba"},
    {.name = "value_heads", .kind = FIELD_INT, .offset = offsetof(StateMixer, value_heads), .min = 0, .max = 65536, .help = "heads of values: one state each"},
    {.name = "value_dim", .kind = FIELD_INT, .offset = offsetof(StateMixer, value_dim), .min = 0, .max = 65536, .help = "of values"},
    {.name = "conv", .kind = FIELD_INT, .offset = offsetof(StateMixer, conv), .min = 0, .max = 1024, .help = "width of the causal convolution; 0: none"},
    {.name = "rank", .kind = FIELD_INT, .offset = offsetof(StateMixer, rank), .min = 0, .max = 65536,
     .help = "width that gates and decays pass (Mamba-1's step size, Kimi's delta rule); 0: they do not"},
    {.name = "scalars", .kind = FIELD_INT, .offset = offsetof(StateMixer, scalars), .min = 0, .max = 16, .help = "step sizes and decays that a token gives each head"},
    {.name = "gate", .kind = FIELD_BOOL, .offset = offsetof(StateMixer, gate), .initial = 1, .help = "the output is gated by a projection of its own"},
    {.name = "delta", .kind = FIELD_BOOL, .offset = offsetof(StateMixer, delta), .help = "the delta rule: the state is corrected, not only added to"},
};
static const FieldTable STATE_TABLE = {"state", STATE_FIELDS, FIELD_COUNT(STATE_FIELDS), sizeof(StateMixer),
                                       "layers with a state of fixed size: linear attention, state space"};

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
    {.name = "d_latent", .kind = FIELD_INT, .offset = offsetof(Experts, d_latent), .min = 0, .max = 1048576,
     .help = "width that routed experts read and write; left out: d_model"},
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
    {.name = "head_bias", .kind = FIELD_BOOL, .offset = offsetof(Model, head_bias), .help = "the output head has a bias"},
    {.name = "layer_embedding", .kind = FIELD_INT, .offset = offsetof(Model, layer_embedding), .min = 0, .max = 65536,
     .help = "width of a second embedding of the token that every layer has for itself; 0: none"},
    {.name = "norms", .kind = FIELD_INT, .offset = offsetof(Model, norms), .min = 0, .max = 8, .initial = 2, .help = "norm vectors of d_model in a layer"},
    {.name = "norm_bias", .kind = FIELD_BOOL, .offset = offsetof(Model, norm_bias), .help = "norms have a bias (LayerNorm)"},
    {.name = "positions", .kind = FIELD_INT, .offset = offsetof(Model, positions), .min = 0, .max = 16777216, .help = "learned position embeddings; 0: none"},
    {.name = "parallel", .kind = FIELD_BOOL, .offset = offsetof(Model, parallel), .help = "mixer and feed-forward read the same input and are added up together"},
    {.name = "mixers", .kind = FIELD_TEXT, .offset = offsetof(Model, mixers),
     .help = "order of the layers' mixers, repeated: g global, l local, c chunked attention, s state, - none; left out: l where there is a window, else g"},
    {.name = "feeds", .kind = FIELD_TEXT, .offset = offsetof(Model, feeds),
     .help = "order of the layers' feed-forwards, repeated: d dense, e experts, - none; left out: by moe.first_dense and moe.every"},
    {.name = "attention", .kind = FIELD_SECTION, .offset = offsetof(Model, attention), .table = &ATTENTION_TABLE, .required = true, .help = "self-attention"},
    {.name = "local_attention", .kind = FIELD_SECTION, .offset = offsetof(Model, local), .table = &LOCAL_TABLE, .help = "heads of local and chunked layers, where they differ"},
    {.name = "indexer", .kind = FIELD_SECTION, .offset = offsetof(Model, indexer), .table = &INDEXER_TABLE, .help = "sparse attention"},
    {.name = "state", .kind = FIELD_SECTION, .offset = offsetof(Model, state), .table = &STATE_TABLE, .help = "linear attention or state space layers"},
    {.name = "ffn", .kind = FIELD_SECTION, .offset = offsetof(Model, ffn), .table = &FFN_TABLE, .help = "dense feed-forward"},
    {.name = "moe", .kind = FIELD_SECTION, .offset = offsetof(Model, moe), .table = &MOE_TABLE, .help = "mixture of experts; left out: a dense model"},
    {.name = "extra_params", .kind = FIELD_NUMBER, .offset = offsetof(Model, extra_params), .min = 0, .max = 1e12,
     .help = "weights of every layer beside what the other fields count"},
    {.name = "mtp_layers", .kind = FIELD_INT, .offset = offsetof(Model, mtp_layers), .min = 0, .max = 64, .help = "multi-token-prediction layers, not counted in params"},
    {.name = "params", .kind = FIELD_NUMBER, .offset = offsetof(Model, published_params), .min = 0, .max = 1e16, .help = "published parameter count, to check the model against"},
    {.name = "active_params", .kind = FIELD_NUMBER, .offset = offsetof(Model, published_active_params), .min = 0, .max = 1e16, .help = "published active parameters, to check the model against"},
    {.name = "source", .kind = FIELD_TEXT, .offset = offsetof(Model, source), .required = true, .help = "where the numbers come from"},
    {.name = "doubtful", .kind = FIELD_TEXT, .offset = offsetof(Model, doubtful), .help = "which of them are not certain"},
    {.name = "notes", .kind = FIELD_TEXT, .offset = offsetof(Model, notes), .help = "anything worth knowing"},
};
// clang-format on
const FieldTable MODEL_TABLE = {"model", MODEL_FIELDS, FIELD_COUNT(MODEL_FIELDS), sizeof(Model),
                                "a network's architecture"};

static char letter_at(const char *pattern, int layer) {
    return pattern[layer % (int)strlen(pattern)];
}

static Mixer layer_mixer(const Model *model, int layer) {
    if (!model->mixers || !model->mixers[0])
        return model->attention.window > 0 ? MIXER_LOCAL : MIXER_GLOBAL;
    switch (letter_at(model->mixers, layer)) {
    case 'l':
        return MIXER_LOCAL;
    case 'c':
        return MIXER_CHUNKED;
    case 's':
        return MIXER_STATE;
    case '-':
        return MIXER_NONE;
    default:
        return MIXER_GLOBAL;
    }
}

static Feed layer_feed(const Model *model, int layer) {
    const Experts *moe = &model->moe;
    if (!model->feeds || !model->feeds[0]) {
        bool expert = moe->experts > 0 && layer >= moe->first_dense &&
                      (layer - moe->first_dense) % moe->every == 0;
        return expert ? FEED_EXPERTS : FEED_DENSE;
    }
    char letter = letter_at(model->feeds, layer);
    return letter == 'e' ? FEED_EXPERTS : letter == '-' ? FEED_NONE : FEED_DENSE;
}

static bool is_attention(Mixer mixer) {
    return mixer == MIXER_GLOBAL || mixer == MIXER_LOCAL || mixer == MIXER_CHUNKED;
}

static int given(int special, int common) {
    return special > 0 ? special : common;
}

static Heads heads_of(const Model *model, Mixer mixer) {
    const Attention *a = &model->attention;
    const LocalAttention *l = &model->local;
    Heads heads = {a->heads, a->kv_heads, a->head_dim, a->v_head_dim, a->k_eq_v};
    if (mixer == MIXER_GLOBAL)
        return heads;
    int head_dim = given(l->head_dim, a->head_dim);
    int v_head_dim = l->v_head_dim > 0 ? l->v_head_dim : l->head_dim > 0 ? head_dim : a->v_head_dim;
    return (Heads){given(l->heads, a->heads), given(l->kv_heads, a->kv_heads), head_dim, v_head_dim,
                   l->k_eq_v == 0 ? a->k_eq_v : l->k_eq_v == 2};
}

static double mla_params(const Model *model) {
    const Attention *a = &model->attention;
    double d = model->d_model, h = a->heads;
    double queries =
        a->q_rank ? d * a->q_rank + a->q_rank * h * a->head_dim + a->q_rank : d * h * a->head_dim;
    double latent = d * (a->kv_rank + a->rope_dim) + a->kv_rank;
    return queries + latent + (double)a->kv_rank * h * (a->nope_dim + a->v_head_dim) +
           h * a->v_head_dim * d;
}

static double gqa_params(const Model *model, const LayerKind *kind) {
    const Attention *a = &model->attention;
    const Heads *n = &kind->heads;
    double d = model->d_model, queries = (double)n->heads * n->head_dim;
    double output = (double)n->heads * n->v_head_dim;
    double kv =
        kind->shares_kv ? 0 : (double)n->kv_heads * (n->head_dim + (n->k_eq_v ? 0 : n->v_head_dim));
    double params = a->q_rank ? d * a->q_rank + a->q_rank * queries + a->q_rank : d * queries;
    params += a->o_rank ? output * a->o_rank + (double)a->o_groups * a->o_rank * d : output * d;
    params += d * kv + (a->gate ? d * output : 0);
    if (a->qkv_bias)
        params += queries + kv;
    if (a->out_bias)
        params += d;
    if (a->qk_norm && !a->wide_qk_norm)
        params += (kind->shares_kv ? 1.0 : 2.0) * n->head_dim;
    return params;
}

static double indexer_params(const Model *model) {
    const Indexer *i = &model->indexer;
    double from = model->attention.q_rank ? model->attention.q_rank : model->d_model;
    return i->heads ? from * i->heads * i->head_dim +
                          (double)model->d_model * (i->head_dim + i->heads) + 2.0 * i->head_dim
                    : 0;
}

static double state_params(const Model *model) {
    const StateMixer *s = &model->state;
    double d = model->d_model, keys = 2.0 * s->key_heads * s->key_dim;
    double values = (double)s->value_heads * s->value_dim;
    double in = keys + values * (s->gate ? 2 : 1) + (double)s->value_heads * s->scalars;
    return d * in + (keys + values) * s->conv + values * d;
}

// Scales, offsets and the norm before the output; with a rank, what passes it.
static double state_extra(const Model *model) {
    const StateMixer *s = &model->state;
    double d = model->d_model, keys = 2.0 * s->key_heads * s->key_dim, heads = s->value_heads;
    double values = heads * s->value_dim, rank = s->rank;
    if (s->rank && s->delta) // decays of every key dimension and a gate
        return 2 * d * rank + rank * (keys / 2 + values) + heads + keys / 2 + s->value_dim;
    if (s->rank) // Mamba-1: step sizes; keys and step sizes are made of the values
        return 2 * rank * values + (values - d) * keys + values * (keys / 2 + 3) + rank + keys;
    if (s->scalars == 0)
        return values;
    bool mamba2 = s->scalars == 1 && !s->delta;
    return mamba2 ? 3 * heads + values + (s->conv ? keys + values : 0) : 2 * heads + s->value_dim;
}

static double extra_params(const Model *model, const LayerKind *kind) {
    const Attention *a = &model->attention;
    const Heads *n = &kind->heads;
    double d = model->d_model, width = model->layer_embedding, extra = model->extra_params;
    if (kind->mixer == MIXER_STATE)
        extra += state_extra(model);
    else if (kind->mixer != MIXER_NONE && a->sinks)
        extra += n->heads;
    if (is_attention(kind->mixer) && a->wide_qk_norm)
        extra += ((double)n->heads + (kind->shares_kv ? 0 : n->kv_heads)) * n->head_dim;
    if (kind->feed == FEED_EXPERTS && model->moe.d_latent)
        extra += 2 * d * model->moe.d_latent;
    return width > 0 ? extra + 2 * d * width + d : extra;
}

static double mixer_params(const Model *model, const LayerKind *kind) {
    if (kind->mixer == MIXER_NONE)
        return 0;
    if (kind->mixer == MIXER_STATE)
        return state_params(model);
    double own =
        model->attention.kind == ATTENTION_MLA ? mla_params(model) : gqa_params(model, kind);
    return own + indexer_params(model);
}

static double block_params(const Model *model, double width, double inner) {
    double matrices = model->ffn.gated ? 3 : 2;
    double params = matrices * width * inner;
    if (model->ffn.bias)
        params += (matrices - 1) * inner + width;
    return params;
}

static LayerKind kind_of(const Model *model, Mixer mixer, Feed feed, bool shares_kv) {
    const Experts *moe = &model->moe;
    LayerKind kind = {.mixer = mixer, .feed = feed, .shares_kv = shares_kv};
    kind.heads = heads_of(model, mixer);
    kind.mixer_params = mixer_params(model, &kind);
    kind.extra_params = extra_params(model, &kind);
    // A layer of one block only has one norm.
    double norms = mixer == MIXER_NONE || feed == FEED_NONE ? model->norms / 2.0 : model->norms;
    kind.norm_params = norms * model->d_model * (model->norm_bias ? 2 : 1);
    if (feed == FEED_DENSE)
        kind.dense_params = block_params(model, model->d_model, model->ffn.d_ff);
    if (feed != FEED_EXPERTS)
        return kind;
    kind.expert_params =
        moe->experts * block_params(model, given(moe->d_latent, model->d_model), moe->d_expert);
    kind.shared_params = moe->shared_experts * block_params(model, model->d_model, moe->d_shared);
    if (moe->shared_gate)
        kind.shared_params += model->d_model;
    kind.router_params = (double)model->d_model * moe->experts;
    if (moe->router_bias)
        kind.router_params += moe->experts;
    return kind;
}

// The index of that kind, made where it is new; -1 when there are too many.
static int find_kind(Model *model, Mixer mixer, Feed feed, bool shares_kv) {
    for (int i = 0; i < model->kind_count; i++) {
        const LayerKind *kind = &model->kinds[i];
        if (kind->mixer == mixer && kind->feed == feed && kind->shares_kv == shares_kv)
            return i;
    }
    if (model->kind_count == MODEL_KINDS)
        return -1;
    model->kinds[model->kind_count] = kind_of(model, mixer, feed, shares_kv);
    return model->kind_count++;
}

static bool derive_layers(Model *model, Error *err) {
    model->kind_count = model->run_count = 0;
    for (int layer = 0; layer < model->layers; layer++) {
        Mixer mixer = layer_mixer(model, layer);
        bool shares_kv =
            is_attention(mixer) && layer >= model->layers - model->attention.shared_kv_layers;
        int kind = find_kind(model, mixer, layer_feed(model, layer), shares_kv);
        if (kind < 0)
            return error_set(err, "the layers are of more than %d kinds", MODEL_KINDS);
        model->kinds[kind].layers++;
        if (model->run_count == 0 || model->runs[model->run_count - 1].kind != kind)
            model->runs[model->run_count++] = (LayerRun){.kind = kind};
        model->runs[model->run_count - 1].layers++;
    }
    return true;
}

static void derive_params(Model *model) {
    double embedding = (double)model->vocab * model->d_model;
    double layers = 0, active = 0;
    for (int i = 0; i < model->kind_count; i++) {
        const LayerKind *kind = &model->kinds[i];
        double always = kind->mixer_params + kind->dense_params + kind->shared_params +
                        kind->router_params + kind->norm_params + kind->extra_params;
        double share =
            kind->feed == FEED_EXPERTS ? (double)model->moe.top_k / model->moe.experts : 0;
        layers += kind->layers * (always + kind->expert_params);
        active += kind->layers * (always + kind->expert_params * share);
    }
    double second = (double)model->layers * model->layer_embedding;
    model->table_params = (double)model->positions * model->d_model + second * model->vocab;
    model->last_params = (double)model->d_model * (model->norm_bias ? 2 : 1) +
                         (model->head_bias ? model->vocab : 0) + second * model->d_model +
                         model->layer_embedding;
    model->params = layers + model->last_params + model->table_params +
                    embedding * (model->tied_embeddings ? 1 : 2);
    model->active_params = active + model->last_params + embedding;
}

static bool finish_mla(Model *model, Error *err) {
    Attention *a = &model->attention;
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
    return true;
}

static bool finish_attention(Model *model, Error *err) {
    Attention *a = &model->attention;
    if (a->kind == ATTENTION_MLA && !finish_mla(model, err))
        return false;
    if (a->kind == ATTENTION_GQA && (a->kv_rank || a->nope_dim || a->rope_dim))
        return error_set(err, "kv_rank, nope_dim and rope_dim belong to attention of kind mla");
    if (a->kind == ATTENTION_MLA && a->o_rank)
        return error_set(err, "o_rank belongs to attention of kind gqa");
    a->qk_norm = a->qk_norm || a->wide_qk_norm;
    if (a->o_groups == 0)
        a->o_groups = 1;
    if (a->heads % a->o_groups != 0)
        return error_set(err, "o_groups = %d does not divide heads = %d", a->o_groups, a->heads);
    if (a->kv_heads == 0)
        a->kv_heads = a->heads;
    if (a->head_dim == 0 && model->d_model % a->heads != 0)
        return error_set(err, "heads = %d does not divide d_model = %d, so head_dim must be given",
                         a->heads, model->d_model);
    if (a->head_dim == 0)
        a->head_dim = model->d_model / a->heads;
    if (a->v_head_dim == 0)
        a->v_head_dim = a->head_dim;
    const Heads kinds[2] = {heads_of(model, MIXER_GLOBAL), heads_of(model, MIXER_LOCAL)};
    for (int i = 0; i < 2; i++)
        if (kinds[i].heads % kinds[i].kv_heads != 0)
            return error_set(err, "kv_heads = %d does not divide heads = %d", kinds[i].kv_heads,
                             kinds[i].heads);
    if (a->shared_kv_layers >= model->layers && a->shared_kv_layers > 0)
        return error_set(err, "shared_kv_layers = %d leaves none of the %d layers a cache",
                         a->shared_kv_layers, model->layers);
    if (model->indexer.heads > 0 && (model->indexer.head_dim < 1 || model->indexer.top_k < 1))
        return error_set(err, "an indexer needs head_dim and top_k");
    return true;
}

static bool finish_mixers(const Model *model, Error *err) {
    const char *letters = model->mixers;
    if (!letters || !letters[0])
        return true;
    if (letters[strspn(letters, "glcs-")])
        return error_set(err, "mixers '%.60s' may hold only g, l, c, s and -", letters);
    if (strchr(letters, 'l') && model->attention.window == 0)
        return error_set(err, "mixers '%.60s' has local layers, but attention.window is 0",
                         letters);
    if (strchr(letters, 'c') && model->attention.chunk == 0)
        return error_set(err, "mixers '%.60s' has chunked layers, but attention.chunk is 0",
                         letters);
    const StateMixer *s = &model->state;
    if (strchr(letters, 's') &&
        (s->key_heads < 1 || s->key_dim < 1 || s->value_heads < 1 || s->value_dim < 1))
        return error_set(err,
                         "mixers '%.60s' has state layers, but state lacks key_heads, key_dim, "
                         "value_heads or value_dim",
                         letters);
    if (strchr(letters, 's') && s->value_heads % s->key_heads != 0)
        return error_set(err, "state: key_heads = %d does not divide value_heads = %d",
                         s->key_heads, s->value_heads);
    return true;
}

static bool finish_experts(Model *model, Error *err) {
    Experts *moe = &model->moe;
    if (moe->every == 0)
        moe->every = 1;
    if (model->feeds && model->feeds[strspn(model->feeds, "de-")])
        return error_set(err, "feeds '%.60s' may hold only d, e and -", model->feeds);
    if (moe->experts == 0) {
        if (moe->top_k || moe->d_expert || moe->shared_experts || moe->d_latent)
            return error_set(err,
                             "moe has top_k, d_expert, d_latent or shared_experts, but no experts");
        if (model->feeds && strchr(model->feeds, 'e'))
            return error_set(err, "feeds '%.60s' has expert layers, but moe.experts is 0",
                             model->feeds);
        return true;
    }
    if (moe->top_k < 1 || moe->top_k > moe->experts)
        return error_set(err, "top_k = %d is outside 1 to experts = %d", moe->top_k, moe->experts);
    if (moe->d_expert < 1)
        return error_set(err, "a model with experts needs d_expert");
    if (moe->first_dense >= model->layers)
        return error_set(err, "first_dense = %d leaves none of the %d layers experts",
                         moe->first_dense, model->layers);
    if (moe->d_shared == 0)
        moe->d_shared = moe->d_expert;
    return true;
}

// A count that the author gives guards against a slip in the shape. Rounded and partly recalled shapes of hybrids are
// allowed more.
static bool check_count(const Model *model, Error *err) {
    double claimed = model->published_params,
           tolerance = model->state.value_heads > 0 ? 0.03 : 0.005;
    if (claimed == 0 ||
        (model->params >= claimed * (1 - tolerance) && model->params <= claimed * (1 + tolerance)))
        return true;
    error_set(err, "params = %.6g, but the shape has %.6g", claimed, model->params);
    return error_hint(err, "leave params out if the published count is of something else");
}

bool model_finish(Model *model, Error *err) {
    if (model->layers < 1 || model->layers > MODEL_LAYERS || model->d_model < 1 ||
        model->vocab < 1 || model->attention.heads < 1)
        return error_set(err, "a model needs layers (at most %d), d_model, vocab and heads",
                         MODEL_LAYERS);
    if (!finish_attention(model, err) || !finish_mixers(model, err) ||
        !finish_experts(model, err) || !derive_layers(model, err))
        return false;
    for (int i = 0; i < model->kind_count; i++)
        if (model->kinds[i].feed == FEED_DENSE && model->ffn.d_ff == 0)
            return error_set(err, "%d layers are dense, but ffn.d_ff is 0", model->kinds[i].layers);
    derive_params(model);
    return check_count(model, err);
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

double model_kv_values(const Model *model, const LayerKind *kind) {
    const Attention *a = &model->attention;
    if (!is_attention(kind->mixer) || kind->shares_kv)
        return 0;
    if (a->kind == ATTENTION_MLA)
        return a->kv_rank + a->rope_dim;
    return (double)kind->heads.kv_heads * (kind->heads.head_dim + kind->heads.v_head_dim);
}

double model_index_values(const Model *model, const LayerKind *kind) {
    return is_attention(kind->mixer) && model->indexer.heads > 0 ? model->indexer.head_dim : 0;
}

double model_keys(const Model *model, const LayerKind *kind, double kv_len) {
    const Attention *a = &model->attention;
    double keys = kv_len;
    if (kind->mixer == MIXER_LOCAL && a->window < keys)
        keys = a->window;
    if (kind->mixer == MIXER_CHUNKED && a->chunk < keys)
        keys = (a->chunk + 1) / 2.0;
    if (model->indexer.heads > 0 && model->indexer.top_k < keys)
        keys = model->indexer.top_k;
    return keys;
}

double model_state_values(const Model *model, const LayerKind *kind) {
    const StateMixer *s = &model->state;
    if (kind->mixer != MIXER_STATE)
        return 0;
    double channels = 2.0 * s->key_heads * s->key_dim + (double)s->value_heads * s->value_dim;
    return (double)s->value_heads * s->value_dim * s->key_dim +
           (s->conv > 1 ? (s->conv - 1) * channels : 0);
}

double model_kv_bytes_per_token(const Model *model, double bytes_per_value) {
    double bytes = 0;
    for (int i = 0; i < model->kind_count; i++)
        bytes +=
            model->kinds[i].layers * (model_kv_values(model, &model->kinds[i]) * bytes_per_value +
                                      model_index_values(model, &model->kinds[i]));
    return bytes;
}
