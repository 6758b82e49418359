#include "sim/traffic.h"

#include "arch/routing.h"
#include "arch/shard.h"

#define HALF_BYTES 2.0

double traffic_weight_bytes(const Design *design, double sequences, double tokens, bool decode) {
    const Plan *plan = &design->plan;
    const Model *model = design->model;
    double weight = format_weight_bytes(design->formats.weights);
    double groups = sequences < plan->dp ? sequences : plan->dp;
    double active = groups * plan->tp * plan->cp;
    double touched = 0; // experts, in all copies together
    if (model->moe.experts > 0) {
        ExpertLoad load = shard_expert_load(plan, sequences, tokens, decode);
        touched = load.copies * routing_distinct(model->moe.experts, model->moe.top_k, load.tokens,
                                                 design->routing_skew);
    }
    double bytes = 0;
    for (int i = 0; i < model->kind_count; i++) {
        RankParams rank = shard_layer(model, plan, i);
        double expert =
            model->kinds[i].expert ? rank.experts / shard_experts(model, plan) * plan->etp : 0;
        bytes +=
            model->kinds[i].layers *
            ((rank.linear * weight + rank.half * HALF_BYTES) * active + expert * touched * weight);
    }
    double looked_up = sequences * tokens;
    double rows = looked_up < model->vocab ? looked_up : model->vocab;
    double head = (double)model->vocab / plan->tp * model->d_model * active;
    return bytes + HALF_BYTES * (rows * model->d_model + head);
}

double traffic_kv_bytes(const Design *design, double global_tokens, double local_tokens) {
    const Attention *a = &design->model->attention;
    double values = a->kind == ATTENTION_MLA ? a->kv_rank + a->rope_dim
                                             : (double)plan_kv_heads(&design->plan, design->model) *
                                                   (a->head_dim + a->v_head_dim);
    double bytes = values * format_weight_bytes(design->formats.kv) * design->plan.tp, sum = 0;
    for (int i = 0; i < design->model->kind_count; i++) {
        const LayerKind *kind = &design->model->kinds[i];
        sum += kind->layers * (kind->local ? local_tokens : global_tokens);
    }
    return sum * bytes;
}
