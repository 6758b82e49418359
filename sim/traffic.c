#include "sim/traffic.h"

#include "arch/pairs.h"
#include "arch/routing.h"
#include "arch/shard.h"

double traffic_experts(const Design *design, double sequences, double tokens, bool decode) {
    const Experts *moe = &design->model->moe;
    if (moe->experts == 0)
        return 0;
    ExpertLoad load = shard_expert_load(&design->plan, sequences, tokens, decode);
    return load.copies *
           routing_distinct(moe->experts, moe->top_k, load.tokens, design->routing_skew);
}

double traffic_weight_bytes(const Design *design, const RankParams ranks[], double sequences,
                            double tokens, double experts) {
    const Plan *plan = &design->plan;
    const Model *model = design->model;
    double weight = format_weight_bytes(design->formats.weights);
    double groups = sequences < plan->dp ? sequences : plan->dp;
    double active = groups * plan->tp * plan->cp;
    double bytes = 0;
    for (int i = 0; i < model->kind_count; i++) {
        const RankParams *rank = &ranks[i];
        double expert = model->kinds[i].feed == FEED_EXPERTS
                            ? rank->experts / shard_experts(model, plan) * plan->etp
                            : 0;
        bytes +=
            model->kinds[i].layers * ((rank->linear * weight + rank->half * HALF_BYTES) * active +
                                      expert * experts * weight);
    }
    double looked_up = sequences * tokens;
    double rows = looked_up < model->vocab ? looked_up : model->vocab;
    double head = (double)model->vocab / plan->tp * model->d_model * active;
    return bytes + HALF_BYTES * (rows * model->d_model + head);
}

double traffic_kv_bytes(const Design *design, double queries, double kv_len, bool decode) {
    const Model *model = design->model;
    double value = format_weight_bytes(design->formats.kv), prefix = kv_len - queries, sum = 0;
    for (int i = 0; i < model->kind_count; i++) {
        const LayerKind *kind = &model->kinds[i];
        double values = shard_kv_values(model, &design->plan, kind) * value;
        double index = model_index_values(model, kind), tokens, scored;
        if (decode) {
            // What each step reads of the cache and writes is as many keys as its query sees.
            tokens = mixer_pairs(model, kind, queries, kv_len, true);
            scored = attention_pairs(queries, kv_len, 0);
        } else {
            tokens = model_keys(model, kind, prefix) + queries;
            scored = kv_len;
        }
        double states = shard_state_bytes(model, &design->plan, kind) * (decode ? 2 * queries : 1);
        sum += kind->layers * (tokens * values + scored * index + states);
    }
    return sum * design->plan.tp;
}
