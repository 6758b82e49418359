#include "arch/shard.h"

static double parts(double whole, double by) {
    double part = (double)(long long)(whole / by);
    return part * by < whole ? part + 1 : part;
}

bool shard_owned(const Plan *plan) {
    return plan->ep > 1 || plan->etp != plan->tp;
}

double shard_experts(const Model *model, const Plan *plan) {
    return parts(model->moe.experts, plan->ep);
}

static void add_mla(const Model *model, double heads, RankParams *rank) {
    const Attention *a = &model->attention;
    double d = model->d_model;
    rank->linear +=
        a->q_rank ? d * a->q_rank + a->q_rank * heads * a->head_dim : d * heads * a->head_dim;
    rank->linear +=
        d * (a->kv_rank + a->rope_dim) + a->kv_rank * heads * (a->nope_dim + a->v_head_dim);
    rank->half += a->q_rank + a->kv_rank;
}

static void add_gqa(const Model *model, const Plan *plan, const LayerKind *kind, double heads,
                    RankParams *rank) {
    const Attention *a = &model->attention;
    const Heads *n = &kind->heads;
    double d = model->d_model, kv_heads = kind->shares_kv ? 0 : plan_kv_heads(plan, kind);
    double kv = kv_heads * (n->head_dim + (n->k_eq_v ? 0 : n->v_head_dim));
    rank->linear += d * (kv + (a->gate ? heads * n->v_head_dim : 0));
    rank->linear +=
        a->q_rank ? d * a->q_rank + a->q_rank * heads * n->head_dim : d * heads * n->head_dim;
    rank->half += a->q_rank;
    if (a->qkv_bias)
        rank->half += heads * n->head_dim + kv;
    if (a->out_bias)
        rank->half += d;
    if (a->qk_norm && !a->wide_qk_norm) // wide ones are extra_params
        rank->half += (kind->shares_kv ? 1.0 : 2.0) * n->head_dim;
}

double shard_output_groups(const Model *model, const Plan *plan) {
    return parts(model->attention.o_groups, plan->tp);
}

static void add_attention(const Model *model, const Plan *plan, const LayerKind *kind,
                          RankParams *rank) {
    const Indexer *index = &model->indexer;
    double d = model->d_model, heads = plan_heads(plan, kind);
    double output = heads * kind->heads.v_head_dim, passed = model->attention.o_rank;
    rank->linear +=
        passed > 0 ? output * passed + shard_output_groups(model, plan) * passed * d : output * d;
    if (model->attention.kind == ATTENTION_MLA)
        add_mla(model, heads, rank);
    else
        add_gqa(model, plan, kind, heads, rank);
    if (index->heads == 0)
        return;
    double from = model->attention.q_rank ? model->attention.q_rank : d;
    rank->linear += from * index->heads * index->head_dim + d * (index->head_dim + index->heads);
    rank->half += 2.0 * index->head_dim;
}

static void add_state(const Model *model, const Plan *plan, RankParams *rank) {
    const StateMixer *s = &model->state;
    StateHeads heads = shard_state_heads(model, plan);
    double d = model->d_model, keys = 2 * heads.keys * s->key_dim,
           values = heads.values * s->value_dim;
    rank->linear +=
        d * (keys + values * (s->gate ? 2 : 1) + heads.values * s->scalars) + values * d;
    rank->half += (keys + values) * s->conv;
}

static void add_experts(const Model *model, const Plan *plan, const LayerKind *kind,
                        RankParams *rank) {
    const Experts *moe = &model->moe;
    double d = model->d_model, matrices = model->ffn.gated ? 3 : 2, bias = model->ffn.bias ? 1 : 0;
    double held = shard_experts(model, plan), inner = parts(moe->d_expert, plan->etp);
    double width = moe->d_latent ? moe->d_latent : d;
    // Experts' biases are stored with them.
    rank->experts += held * (matrices * width * inner + bias * ((matrices - 1) * inner + width));
    rank->half += kind->router_params;
    if (moe->shared_experts == 0)
        return;
    double shared = (double)moe->shared_experts * moe->d_shared;
    rank->linear += matrices * d * (shard_owned(plan) ? shared : parts(shared, plan->tp));
    rank->half += moe->shared_gate ? d : 0;
}

StateHeads shard_state_heads(const Model *model, const Plan *plan) {
    double keys = parts(model->state.key_heads, plan->tp);
    return (StateHeads){keys < 1 ? 1 : keys, parts(model->state.value_heads, plan->tp)};
}

RankParams shard_layer(const Model *model, const Plan *plan, int index) {
    const LayerKind *kind = &model->kinds[index];
    RankParams rank = {.half = kind->norm_params + kind->extra_params};
    if (kind->mixer == MIXER_STATE)
        add_state(model, plan, &rank);
    else if (kind->mixer != MIXER_NONE)
        add_attention(model, plan, kind, &rank);
    if (kind->feed == FEED_EXPERTS)
        add_experts(model, plan, kind, &rank);
    if (kind->feed != FEED_DENSE)
        return rank;
    double matrices = model->ffn.gated ? 3 : 2, inner = parts(model->ffn.d_ff, plan->tp);
    rank.linear += matrices * model->d_model * inner;
    rank.half += model->ffn.bias ? (matrices - 1) * inner + model->d_model : 0;
    return rank;
}

double shard_kv_values(const Model *model, const Plan *plan, const LayerKind *kind) {
    double values = model_kv_values(model, kind);
    if (values == 0 || model->attention.kind == ATTENTION_MLA)
        return values;
    return (double)plan_kv_heads(plan, kind) * (kind->heads.head_dim + kind->heads.v_head_dim);
}

double shard_state_bytes(const Model *model, const Plan *plan, const LayerKind *kind) {
    const StateMixer *s = &model->state;
    if (kind->mixer != MIXER_STATE)
        return 0;
    StateHeads heads = shard_state_heads(model, plan);
    double channels = 2 * heads.keys * s->key_dim + heads.values * s->value_dim;
    double kept = s->conv > 1 ? (s->conv - 1) * channels : 0;
    return SHARD_STATE_BYTES * (heads.values * s->value_dim * s->key_dim + kept);
}

double shard_embedding(const Model *model, const Plan *plan) {
    double second = (double)model->layers * model->layer_embedding;
    return (parts(model->vocab, plan->tp) + model->positions) * model->d_model +
           second * (parts(model->vocab, plan->tp) + model->d_model) + model->layer_embedding;
}

double shard_head(const Model *model, const Plan *plan) {
    double held = parts(model->vocab, plan->tp), bias = model->head_bias ? held : 0;
    return bias + (model->tied_embeddings && plan->pp == 1 ? 0 : held * model->d_model);
}

int shard_draft_layers(const Model *model, const Workload *work) {
    int draft = workload_draft(work);
    return draft < model->mtp_layers ? draft : model->mtp_layers;
}

int shard_draft_kind(const Model *model) {
    return model->runs[model->run_count - 1].kind;
}

double shard_draft_edge(const Model *model, const Plan *plan, int modules) {
    double d = model->d_model, norm = shard_final_norm(model);
    if (modules == 0)
        return 0;
    bool copies = plan->pp > 1 && !model->tied_embeddings;
    return modules * (2 * d * d + 3 * norm) + (copies ? shard_embedding(model, plan) : 0);
}

ExpertLoad shard_expert_load(const Plan *plan, double sequences, double tokens, bool decode) {
    double all = sequences * tokens * (decode && !shard_owned(plan) ? plan->cp : 1);
    double share = sequences < plan->dp ? sequences / plan->dp : 1;
    double copies = plan->copies;
    if (plan->ep * plan->etp <= plan->tp * plan->cp)
        copies *= share; // a dp group has copies of its own
    else if (copies > sequences)
        copies = sequences;
    if (copies > all)
        copies = all;
    return (ExpertLoad){copies, all / copies};
}

double shard_final_norm(const Model *model) {
    return (double)model->d_model * (model->norm_bias ? 2 : 1);
}
