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

static void add_attention(const Model *model, const Plan *plan, RankParams *rank) {
    const Attention *a = &model->attention;
    double d = model->d_model, heads = plan_heads(plan, model);
    rank->linear += heads * a->v_head_dim * d;
    if (a->kind == ATTENTION_MLA) {
        rank->linear +=
            a->q_rank ? d * a->q_rank + a->q_rank * heads * a->head_dim : d * heads * a->head_dim;
        rank->linear +=
            d * (a->kv_rank + a->rope_dim) + a->kv_rank * heads * (a->nope_dim + a->v_head_dim);
        rank->half += a->q_rank + a->kv_rank;
        return;
    }
    double kv = (double)plan_kv_heads(plan, model) * (a->head_dim + a->v_head_dim);
    rank->linear += d * (heads * a->head_dim + kv);
    if (a->qkv_bias)
        rank->half += heads * a->head_dim + kv;
    if (a->out_bias)
        rank->half += d;
    if (a->qk_norm)
        rank->half += 2.0 * a->head_dim;
}

RankParams shard_layer(const Model *model, const Plan *plan, int kind) {
    const Experts *moe = &model->moe;
    double d = model->d_model, matrices = model->ffn.gated ? 3 : 2;
    double bias = model->ffn.bias ? 1 : 0;
    RankParams rank = {.half = (double)model->norms * d};
    add_attention(model, plan, &rank);
    if (!model->kinds[kind].expert) {
        double inner = parts(model->ffn.d_ff, plan->tp);
        rank.linear += matrices * d * inner;
        rank.half += bias * ((matrices - 1) * inner + d);
        return rank;
    }
    double held = shard_experts(model, plan), inner = parts(moe->d_expert, plan->etp);
    rank.experts += held * matrices * d * inner;
    rank.half += held * bias * ((matrices - 1) * inner + d) + model->kinds[kind].router_params;
    if (moe->shared_experts) {
        double width = (double)moe->shared_experts * moe->d_shared;
        rank.linear += matrices * d * (shard_owned(plan) ? width : parts(width, plan->tp));
        rank.half += moe->shared_gate ? d : 0;
    }
    return rank;
}

double shard_embedding(const Model *model, const Plan *plan) {
    return parts(model->vocab, plan->tp) * model->d_model;
}

double shard_head(const Model *model, const Plan *plan) {
    return model->tied_embeddings && plan->pp == 1 ? 0 : shard_embedding(model, plan);
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
