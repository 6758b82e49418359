#include "arch/lower.h"

#include "arch/experts.h"
#include "arch/layer.h"
#include "arch/pairs.h"
#include "arch/shard.h"

// Sequences of one attention kernel.
typedef struct Queries {
    const char *name, *index_name;
    double sequences, q_len, kv_len;
    double balance; // mean load of a rank over the fullest one's
    bool decode, own;
} Queries;

// Share of the unit's useful tokens that decode, for ops that only they or only pieces of prompts pass.
static double decode_share(const Layer *layer) {
    const UnitOfWork *unit = &layer->in->unit;
    return unit->pieces.tokens > 0 ? unit->all_sequences * unit->useful / unit_useful_tokens(unit)
                                   : 1;
}

static Layer layer_begin(const Lowering *in, Op *ops) {
    const Plan *plan = in->plan;
    double tokens = unit_group_tokens(&in->unit);
    double holders = in->unit.all_sequences + in->unit.pieces.all_sequences;
    Layer layer = {.in = in, .model = in->model, .plan = plan, .ops = ops};
    layer.tokens = in->unit.decode || plan->cp == 1 ? tokens : up(tokens / plan->cp);
    layer.owners = plan->tp * (in->unit.decode ? plan->cp : 1);
    layer.own = layer.owners == 1 ? layer.tokens : up(layer.tokens / layer.owners);
    layer.balance = in->unit.pieces.tokens > 0
                        ? unit_all_tokens(&in->unit) / (tokens * plan->dp)
                        : in->unit.all_sequences / (in->unit.sequences * plan->dp);
    layer.touch = holders < plan->dp ? holders / plan->dp : 1;
    layer.act_bytes = format_activation_bytes(in->formats->activations);
    layer.scattered = plan->tp > 1 && !in->unit.decode;
    return layer;
}

static void lower_mla_inputs(Layer *layer, double heads) {
    const Attention *a = &layer->model->attention;
    double d = layer->model->d_model, m = layer->tokens, all = a->heads;
    double down = a->kv_rank + a->rope_dim + (a->q_rank ? a->q_rank : heads * a->head_dim);
    double down_all = a->kv_rank + a->rope_dim + (a->q_rank ? a->q_rank : all * a->head_dim);
    emit_matmul(layer, "qkv_down", 1, m, down, d, 2 * d * down_all);
    if (a->q_rank)
        emit_matmul(layer, "q_up", 1, m, heads * a->head_dim, a->q_rank,
                    2.0 * a->q_rank * all * a->head_dim);
    double pieces = layer->in->unit.pieces.tokens, share = decode_share(layer);
    bool decode = layer->in->unit.decode;
    if (decode)
        emit_matmul(layer, "q_absorb", heads, m - pieces, a->kv_rank, a->nope_dim,
                    2 * share * all * a->nope_dim * a->kv_rank);
    if (!decode || pieces > 0)
        emit_matmul(layer, "kv_up", 1, decode ? pieces : m, heads * (a->nope_dim + a->v_head_dim),
                    a->kv_rank,
                    2.0 * (decode ? 1 - share : 1) * a->kv_rank * all *
                        (a->nope_dim + a->v_head_dim));
}

static void lower_gqa_inputs(Layer *layer, const LayerKind *kind, double heads) {
    const Heads *n = &kind->heads;
    double d = layer->model->d_model, kv_heads = plan_kv_heads(layer->plan, kind),
           kv_all = n->kv_heads;
    double kv_dims = n->head_dim + (n->k_eq_v ? 0 : n->v_head_dim);
    if (kind->shares_kv)
        kv_heads = kv_all = 0;
    double gate_dims = layer->model->attention.gate ? n->v_head_dim : 0;
    double rank = layer->model->attention.q_rank, m = layer->tokens;
    if (rank > 0) {
        emit_matmul(layer, "qkv_down", 1, m, rank + heads * gate_dims + kv_heads * kv_dims, d,
                    2 * d * (rank + n->heads * gate_dims + kv_all * kv_dims));
        emit_matmul(layer, "q_up", 1, m, heads * n->head_dim, rank,
                    2 * rank * n->heads * n->head_dim);
        return;
    }
    double query_dims = n->head_dim + gate_dims;
    emit_matmul(layer, "qkv", 1, m, heads * query_dims + kv_heads * kv_dims, d,
                2 * d * (n->heads * query_dims + kv_all * kv_dims));
}

// The output projection, for some models through o_rank dimensions for each group of heads.
static void lower_output(Layer *layer, const Heads *n, double heads) {
    const Attention *a = &layer->model->attention;
    double d = layer->model->d_model, m = layer->tokens, output = heads * n->v_head_dim;
    if (a->o_rank == 0) {
        emit_matmul(layer, "out", 1, m, d, output, 2.0 * n->heads * n->v_head_dim * d);
        return;
    }
    double groups = shard_output_groups(layer->model, layer->plan);
    emit_matmul(layer, "out_down", groups, m, a->o_rank, output / groups,
                2.0 * n->heads * n->v_head_dim * a->o_rank);
    emit_matmul(layer, "out", 1, m, d, groups * a->o_rank, 2.0 * a->o_groups * a->o_rank * d);
}

static Queries unit_queries(const Layer *layer) {
    const UnitOfWork *unit = &layer->in->unit;
    return (Queries){.name = unit->pieces.tokens > 0 ? "attention_decode" : "attention",
                     .index_name = unit->pieces.tokens > 0 ? "index_scores_decode" : "index_scores",
                     .sequences = unit->sequences,
                     .q_len = unit->tokens,
                     .kv_len = unit->kv_len,
                     .balance = unit->all_sequences / (unit->sequences * layer->plan->dp),
                     .decode = unit->decode};
}

static Queries piece_queries(const Layer *layer) {
    const PromptPieces *pieces = &layer->in->unit.pieces;
    return (Queries){.name = "attention",
                     .index_name = "index_scores",
                     .sequences = pieces->sequences,
                     .q_len = pieces->tokens / pieces->sequences,
                     .kv_len = pieces->kv_len,
                     .balance = pieces->all_tokens / (pieces->tokens * layer->plan->dp),
                     .own = true};
}

// Pieces of a prompt meet the borders of chunks at other places each time: one that sees, within a chunk, as many keys as
// they do on average.
static double chunk_context(const Layer *layer, const LayerKind *kind, const Queries *queries) {
    const UnitOfWork *unit = &layer->in->unit;
    double all = unit->prompt_last - unit->prompt_first, chunk = layer->model->attention.chunk;
    double keys = mixer_pairs(layer->model, kind, all, unit->prompt_last, false) / all;
    double context = keys + (queries->q_len - 1) / 2;
    return context < queries->q_len ? queries->q_len : context < chunk ? context : chunk;
}

// Where the op's keys are not those of the step: pieces of prompts have their own, and sequences at many lengths see as
// many as a window leaves on average.
static double own_context(const Layer *layer, const LayerKind *kind, const Queries *queries,
                          double window) {
    const UnitOfWork *unit = &layer->in->unit;
    if (kind && kind->mixer == MIXER_CHUNKED && unit->prompt_last > 0 && !queries->decode &&
        queries->q_len < layer->model->attention.chunk)
        return chunk_context(layer, kind, queries);
    if (queries->own)
        return queries->kv_len;
    if (unit->kv_first == 0 || window <= 0)
        return 0;
    return mean_keys(unit->kv_first, 2 * unit->kv_len - unit->kv_first, window);
}

static void emit_attention(Layer *layer, const LayerKind *kind, double heads,
                           const Queries *queries) {
    const Attention *a = &layer->model->attention;
    bool mla = a->kind == ATTENTION_MLA;
    Op *op = emit(layer, OP_ATTENTION, queries->name);
    AttentionShape shape = {
        .sequences = queries->sequences,
        .q_len = queries->q_len,
        .kv_len = queries->kv_len,
        .heads = heads,
        .kv_heads = plan_kv_heads(layer->plan, kind),
        .qk_dim = kind->heads.head_dim,
        .v_dim = kind->heads.v_head_dim,
        .window = kind->mixer == MIXER_LOCAL ? a->window : 0,
        .chunk = kind->mixer == MIXER_CHUNKED ? a->chunk : 0,
        .split = layer->plan->cp,
        .kv = layer->in->formats->kv,
        .decode = queries->decode,
    };
    // An indexer leaves a query top_k keys, wherever they lie.
    if (layer->model->indexer.heads > 0)
        shape.window = layer->model->indexer.top_k;
    shape.kv_values = shape.kv_heads * (shape.qk_dim + shape.v_dim);
    if (mla && queries->decode) {
        shape.kv_heads = 1;
        shape.qk_dim = shape.kv_values = a->kv_rank + a->rope_dim;
        shape.v_dim = a->kv_rank;
    } else if (mla) {
        // Keys and values are rebuilt in 16 bit; those of the prefix again for every chunk.
        shape.kv_heads = heads;
        shape.kv_values = heads * (shape.qk_dim + shape.v_dim);
        shape.expand_flop_per_token = 2.0 * a->kv_rank * heads * (a->nope_dim + a->v_head_dim);
        shape.kv = FORMAT_BF16;
    }
    op->attention = shape;
    op->balance = queries->balance;
    op->context_bound = true;
    op->own_context = own_context(layer, kind, queries, shape.window);
}

static void emit_index_scores(Layer *layer, const Queries *queries) {
    const Indexer *index = &layer->model->indexer;
    Op *op = emit(layer, OP_ATTENTION, queries->index_name);
    op->attention = (AttentionShape){.sequences = queries->sequences,
                                     .q_len = queries->q_len,
                                     .kv_len = queries->kv_len,
                                     .heads = index->heads,
                                     .kv_heads = 1,
                                     .qk_dim = index->head_dim,
                                     .kv_values = index->head_dim,
                                     .split = layer->plan->cp,
                                     .kv = FORMAT_FP8,
                                     .decode = queries->decode};
    op->balance = queries->balance;
    op->context_bound = true;
    op->own_context = own_context(layer, NULL, queries, 0);
}

// Scores of every query against all keys, in 8 bit, on every rank alike.
static void lower_indexer(Layer *layer) {
    const Indexer *index = &layer->model->indexer;
    double d = layer->model->d_model, m = layer->tokens,
           queries = (double)index->heads * index->head_dim;
    double from = layer->model->attention.q_rank ? layer->model->attention.q_rank : d;
    emit_matmul(layer, "index_q", 1, m, queries, from, 2 * from * queries);
    emit_matmul(layer, "index_k", 1, m, index->head_dim + index->heads, d,
                2 * d * (index->head_dim + index->heads));
    Queries own = unit_queries(layer);
    emit_index_scores(layer, &own);
    if (layer->in->unit.pieces.tokens > 0) {
        Queries pieces = piece_queries(layer);
        emit_index_scores(layer, &pieces);
    }
}

// Ranks of a cp group hold a part of the cache each; every chunk needs the keys and values of all.
static Op *emit_context_keys(Layer *layer, const LayerKind *kind, CollectiveKind collective,
                             const char *name) {
    const Attention *a = &layer->model->attention;
    const UnitOfWork *unit = &layer->in->unit;
    double kv_values = shard_kv_values(layer->model, layer->plan, kind);
    Op *op = emit(layer, OP_COLLECTIVE, name);
    op->context_bound = true;
    op->context_bytes = unit->sequences * kv_values * format_weight_bytes(layer->in->formats->kv);
    op->context_window = kind->mixer == MIXER_LOCAL     ? a->window + unit->tokens
                         : kind->mixer == MIXER_CHUNKED ? a->chunk + unit->tokens
                                                        : 0;
    op->collective = (CollectiveShape){collective, layer->plan->cp_group, 0, LIBRARY_FASTEST};
    return op;
}

// Queries go round past the parts of the cache; outputs over a part each, with the logarithm of their softmax's sum,
// return to the queries' ranks and are added up there.
static void emit_context_queries(Layer *layer, const LayerKind *kind, double heads) {
    const Plan *plan = layer->plan;
    double rows = layer->tokens * plan->cp * heads, v_dim = kind->heads.v_head_dim;
    Op *op = emit(layer, OP_COLLECTIVE, "ring_q");
    op->context_bound = true; // for the attention that it hides behind
    op->context_bytes = 0;
    op->collective = (CollectiveShape){COLLECTIVE_RING, plan->cp_group,
                                       rows * kind->heads.head_dim * HALF_BYTES, LIBRARY_FASTEST};
    op->hidden_share = (plan->cp - 1.0) / plan->cp;
    double partial_bytes = rows * (v_dim * HALF_BYTES + SCORE_BYTES);
    emit_collective(layer, COLLECTIVE_ALL_TO_ALL, "return_outputs", plan->cp_group, partial_bytes);
    emit_elementwise(layer, "merge_outputs", partial_bytes, rows / plan->cp * v_dim * HALF_BYTES,
                     2 * rows * v_dim, rows);
}

// Attention, and what brings queries and keys together where a cp group has a part of both.
static void lower_context(Layer *layer, const LayerKind *kind, double heads) {
    const Plan *plan = layer->plan;
    bool exchanges = plan->cp > 1 && !layer->in->unit.decode;
    bool cached = exchanges && shard_kv_values(layer->model, plan, kind) > 0;
    if (cached && plan->cp_kind == CP_ALL_GATHER)
        emit_context_keys(layer, kind, COLLECTIVE_ALL_GATHER, "all_gather_kv");
    Queries own = unit_queries(layer);
    emit_attention(layer, kind, heads, &own);
    if (layer->in->unit.pieces.tokens > 0) {
        Queries pieces = piece_queries(layer);
        emit_attention(layer, kind, heads, &pieces);
    }
    if (cached && plan->cp_kind == CP_RING)
        emit_context_keys(layer, kind, COLLECTIVE_RING, "ring_kv")->hidden_share =
            (plan->cp - 1.0) / plan->cp;
    if (exchanges && plan->cp_kind == CP_PASS_Q)
        emit_context_queries(layer, kind, heads);
}

static void lower_attention(Layer *layer, const LayerKind *kind) {
    const Attention *a = &layer->model->attention;
    const Heads *n = &kind->heads;
    const Plan *plan = layer->plan;
    double m = layer->tokens, heads = plan_heads(plan, kind);
    bool mla = a->kind == ATTENTION_MLA, decode = layer->in->unit.decode;
    double kv_values = shard_kv_values(layer->model, plan, kind);
    if (mla)
        lower_mla_inputs(layer, heads);
    else
        lower_gqa_inputs(layer, kind, heads);
    double queries = m * heads * n->head_dim, cached = m * kv_values;
    emit_elementwise(layer, "rope_and_cache", HALF_BYTES * (queries + cached),
                     HALF_BYTES * queries + format_weight_bytes(layer->in->formats->kv) * cached,
                     (a->qk_norm ? 10 : 6) * (queries + cached), 0);
    if (layer->model->indexer.heads > 0)
        lower_indexer(layer);
    lower_context(layer, kind, heads);
    if (plan->cp > 1 && decode)
        emit_collective(layer, COLLECTIVE_ALL_REDUCE, "merge_context", plan->cp_group,
                        m * heads * (mla ? a->kv_rank : n->v_head_dim) * SCORE_BYTES);
    if (mla && decode)
        emit_matmul(layer, "v_up", heads, m - layer->in->unit.pieces.tokens, n->v_head_dim,
                    a->kv_rank, 2.0 * decode_share(layer) * a->heads * a->kv_rank * n->v_head_dim);
    if (a->gate)
        emit_elementwise(layer, "gate", 2 * HALF_BYTES * m * heads * n->v_head_dim,
                         layer->act_bytes * m * heads * n->v_head_dim,
                         4 * m * heads * n->v_head_dim, m * heads * n->v_head_dim);
    lower_output(layer, n, heads);
}

// Linear attention or state space: projections, a short convolution, the scan over the state, a gated norm.
static void lower_state(Layer *layer) {
    const StateMixer *s = &layer->model->state;
    const UnitOfWork *unit = &layer->in->unit;
    StateHeads heads = shard_state_heads(layer->model, layer->plan);
    double d = layer->model->d_model, m = layer->tokens, gates = s->gate ? 2 : 1;
    double keys = 2 * heads.keys * s->key_dim, values = heads.values * s->value_dim;
    double all_values = (double)s->value_heads * s->value_dim;
    double all =
        2.0 * s->key_heads * s->key_dim + all_values * gates + (double)s->value_heads * s->scalars;
    emit_matmul(layer, "state_in", 1, m, keys + values * gates + heads.values * s->scalars, d,
                2 * d * all);
    if (s->conv > 1)
        emit_elementwise(layer, "conv", HALF_BYTES * m * (keys + values),
                         HALF_BYTES * m * (keys + values),
                         (2.0 * s->conv + 4) * m * (keys + values), m * (keys + values));
    Op *op = emit(layer, OP_SCAN, "scan");
    op->scan = (ScanShape){unit->sequences, unit->tokens, heads.keys, s->key_dim,
                           heads.values,    s->value_dim, s->delta,   unit->decode};
    double share = decode_share(layer),
           token_flop = (s->delta ? 6.0 : 4.0) * all_values * s->key_dim;
    op->token_flop = share * token_flop;
    const PromptPieces *pieces = &unit->pieces;
    if (pieces->tokens > 0) {
        Op *prompts = emit(layer, OP_SCAN, "scan_prompts");
        prompts->scan = op->scan;
        prompts->scan.sequences = pieces->sequences;
        prompts->scan.tokens = pieces->tokens / pieces->sequences;
        prompts->scan.decode = false;
        prompts->token_flop = (1 - share) * token_flop;
    }
    emit_elementwise(layer, "gated_norm", gates * HALF_BYTES * m * values,
                     layer->act_bytes * m * values, 8 * m * values, m * values);
    takes_rows(layer, ELEMENTWISE_NORM, m);
    emit_matmul(layer, "state_out", 1, m, d, values, 2 * all_values * d);
}

static void emit_activation(Layer *layer, const char *name, double rows, double values) {
    double reads = layer->model->ffn.gated ? 2 : 1;
    emit_elementwise(layer, name, reads * HALF_BYTES * values, layer->act_bytes * values,
                     4 * values, values);
    takes_rows(layer, ELEMENTWISE_GATED, rows);
}

// Dense or shared feed-forward of `width` in all, `inner` of it on this rank.
static void lower_ffn(Layer *layer, const char *const names[3], double m, double width,
                      double inner) {
    double d = layer->model->d_model, ups = layer->model->ffn.gated ? 2 : 1;
    emit_matmul(layer, names[0], 1, m, ups * inner, d, 2 * d * ups * width);
    emit_activation(layer, names[1], m, m * inner);
    emit_matmul(layer, names[2], 1, m, d, inner, 2 * d * width);
}

static void emit_dispatch(Layer *layer, bool back, double tokens, double bytes, double hottest,
                          double hit) {
    const Experts *moe = &layer->model->moe;
    if (layer->plan->ep == 1)
        return;
    Op *op = emit(layer, OP_DISPATCH, back ? "combine" : "dispatch");
    op->dispatch = (DispatchShape){layer->plan->ep_group, tokens,     hottest, bytes,
                                   moe->experts,          moe->top_k, hit,     back,
                                   LIBRARY_FASTEST,       0};
    if (!layer->in->unit.decode)
        op->dispatch.library = LIBRARY_PROMPTS;
}

static void emit_stream(Layer *layer, const char *name, ElementwiseShape shape) {
    emit(layer, OP_ELEMENTWISE, name)->elementwise = shape;
}

// Tokens that the fullest copy of the experts serves.
static double served_tokens(const Layer *layer) {
    const Plan *plan = layer->plan;
    const UnitOfWork *unit = &layer->in->unit;
    double group = (double)plan->ep * plan->etp, rank_group = (double)plan->tp * plan->cp;
    if (group <= rank_group)
        return up(unit_group_tokens(unit) * group / rank_group);
    if (unit->pieces.tokens > 0)
        return up(unit_all_tokens(unit) * group / (rank_group * plan->dp));
    return unit->tokens * up(unit->all_sequences * group / (rank_group * plan->dp));
}

static void emit_grouped(Layer *layer, const char *name, const RoutedLoad *routed,
                         GroupedShape shape, double token_flop) {
    Op *op = emit(layer, OP_GROUPED_MATMUL, name);
    op->grouped = shape;
    op->token_flop = token_flop;
    op->balance = routed->balance;
    op->touch = routed->touch;
}

// Routed experts on the ranks of ep x etp, which serve `served` tokens together; `sent` of them come from this rank.
static void lower_routed(Layer *layer, double served, double sent) {
    const Experts *moe = &layer->model->moe;
    const Plan *plan = layer->plan;
    double full = layer->model->d_model, d = moe->d_latent ? moe->d_latent : full;
    double ups = layer->model->ffn.gated ? 2 : 1, top_k = moe->top_k;
    RoutedLoad routed = experts_route(layer->in, served);
    ExpertBlock block = experts_block(layer->in, &routed, served, sent);
    bool gathers = shard_owned(plan) && plan->etp > 1;
    double gathered = block.tokens;

    emit_half_matmul(layer, "router", sent, moe->experts, full);
    emit_stream(layer, "top_k", experts_top_k(&block));
    if (moe->d_latent)
        emit_half_matmul(layer, "latent_down", sent, d, full);
    emit_stream(layer, "permute", experts_permute(&block));
    emit_dispatch(layer, false, sent, layer->act_bytes * d, routed.hottest, routed.hit);
    if (gathers)
        emit_collective(layer, COLLECTIVE_ALL_GATHER, "all_gather_etp", plan->etp_group,
                        gathered * d * layer->act_bytes);
    emit_grouped(layer, "experts_up", &routed, experts_up(&block),
                 2 * d * ups * top_k * moe->d_expert);
    emit_stream(layer, "experts_act", experts_act(&block));
    layer->ops[layer->count - 1].balance = routed.balance;
    emit_grouped(layer, "experts_down", &routed, experts_down(&block),
                 2 * d * top_k * moe->d_expert);
    if (gathers)
        emit_collective(layer, COLLECTIVE_REDUCE_SCATTER, "reduce_scatter_etp", plan->etp_group,
                        gathered * d * HALF_BYTES);
    emit_dispatch(layer, true, sent, HALF_BYTES * d, routed.hottest, routed.hit);
    emit_stream(layer, "unpermute", experts_unpermute(&block));
    if (moe->d_latent)
        emit_half_matmul(layer, "latent_up", sent, full, d);
}

// joined: the tokens have been gathered for the mixer already.
static void lower_experts(Layer *layer, bool joined) {
    static const char *const SHARED[3] = {"shared_up", "shared_act", "shared_down"};
    const Experts *moe = &layer->model->moe;
    double width = (double)moe->shared_experts * moe->d_shared;
    if (!shard_owned(layer->plan)) {
        if (layer->scattered && !joined)
            emit_gather(layer, layer->act_bytes);
        lower_routed(layer, layer->tokens, layer->tokens);
        if (width > 0)
            lower_ffn(layer, SHARED, layer->tokens, width, up(width / layer->plan->tp));
        emit_reduce(layer, layer->scattered);
        return;
    }
    double balance = layer->balance;
    layer->balance *=
        layer->tokens / (layer->owners * layer->own); // some ranks may own fewer tokens
    lower_routed(layer, served_tokens(layer), layer->own);
    if (width > 0)
        lower_ffn(layer, SHARED, layer->own, width, width);
    layer->balance = balance;
    if (layer->scattered)
        return;
    emit_gather(layer, HALF_BYTES);
    if (layer->in->unit.decode)
        emit_collective(layer, COLLECTIVE_ALL_GATHER, "all_gather_cp", layer->plan->cp_group,
                        layer->tokens * layer->model->d_model * HALF_BYTES);
}

static void lower_mixer(Layer *layer, const LayerKind *kind) {
    if (kind->mixer == MIXER_STATE)
        lower_state(layer);
    else if (kind->mixer != MIXER_NONE)
        lower_attention(layer, kind);
}

int lower_layer(const Lowering *in, int index, Op ops[LAYER_OPS]) {
    static const char *const DENSE[3] = {"up", "act", "down"};
    static const char *const GATED[3] = {"gate_up", "act", "down"};
    const LayerKind *kind = &in->model->kinds[index];
    Layer layer = layer_begin(in, ops);
    bool expert = kind->feed == FEED_EXPERTS, owned = expert && shard_owned(in->plan);
    bool mixes = kind->mixer != MIXER_NONE, feeds = kind->feed != FEED_NONE;
    bool joined = in->model->parallel && !owned && mixes && feeds; // one input, one sum
    emit_norm(&layer, "norm", layer.scattered ? layer.own : layer.tokens);
    if (layer.scattered && (mixes || !expert))
        emit_gather(&layer, layer.act_bytes);
    lower_mixer(&layer, kind);
    if (mixes && !joined) {
        emit_reduce(&layer, layer.scattered || owned);
        if (feeds)
            emit_norm(&layer, "norm", layer.scattered || owned ? layer.own : layer.tokens);
    }
    if (expert)
        lower_experts(&layer, joined);
    if (kind->feed != FEED_DENSE)
        return layer.count;
    if (layer.scattered && mixes && !joined)
        emit_gather(&layer, layer.act_bytes);
    double width = in->model->ffn.d_ff;
    lower_ffn(&layer, in->model->ffn.gated ? GATED : DENSE, layer.tokens, width,
              up(width / in->plan->tp));
    emit_reduce(&layer, layer.scattered);
    return layer.count;
}

// What a multi-token-prediction module puts before its layer: a norm of the token's embedding and of the network's last
// hidden state, and the projection of both.
static void lower_projection(Layer *layer) {
    double d = layer->model->d_model, m = layer->tokens, bytes = HALF_BYTES * m * d;
    emit_elementwise(layer, "norms", 2 * bytes, 2 * bytes, 8 * m * d, 0);
    takes_rows(layer, ELEMENTWISE_NORM, 2 * m);
    emit_matmul(layer, "project", 1, m, d, 2 * d, 0);
    MatmulShape *project = &layer->ops[layer->count - 1].matmul;
    project->a = project->b = FORMAT_BF16;
    project->matmul = FORMAT_NONE;
}

int lower_first(const Lowering *in, Op ops[LAYER_OPS]) {
    Layer layer = layer_begin(in, ops);
    double bytes = HALF_BYTES * layer.tokens * in->model->d_model;
    emit_elementwise(&layer, "embedding", bytes, bytes, 0, 0);
    emit_reduce(&layer, layer.scattered);
    if (in->unit.draft)
        lower_projection(&layer);
    return layer.count;
}

int lower_last(const Lowering *in, Op ops[LAYER_OPS]) {
    Layer layer = layer_begin(in, ops);
    // Only the last token of a prompt needs logits; of a decode step every one does.
    double d = in->model->d_model, vocab = in->model->vocab;
    double each = in->unit.decode          ? in->unit.tokens
                  : in->unit.end_share > 0 ? in->unit.end_share
                                           : 1;
    double m = in->unit.sequences * each + in->unit.pieces.ends;
    emit_norm(&layer, "norm", m);
    emit_matmul(&layer, "head", 1, m, up(vocab / in->plan->tp), d, 2 * d * vocab);
    MatmulShape *head = &layer.ops[layer.count - 1].matmul;
    head->a = head->b = FORMAT_BF16;
    head->matmul = FORMAT_NONE;
    emit_collective(&layer, COLLECTIVE_ALL_GATHER, "gather_logits", in->plan->tp_group,
                    m * vocab * HALF_BYTES);
    emit_elementwise(&layer, "sampling", SCORE_BYTES * m * vocab, SCORE_BYTES * m, 2 * m * vocab,
                     m * vocab);
    takes_rows(&layer, ELEMENTWISE_SOFTMAX, m);
    return layer.count;
}

double lower_handoff_bytes(const Lowering *in) {
    Op unused;
    Layer layer = layer_begin(in, &unused);
    return layer.tokens * in->model->d_model * HALF_BYTES / in->plan->tp;
}
