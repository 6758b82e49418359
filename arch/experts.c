#include "arch/experts.h"

#include <math.h>

#include "arch/routing.h"
#include "arch/shard.h"

RoutedLoad experts_route(const Lowering *in, double served) {
    const Experts *moe = &in->model->moe;
    const UnitOfWork *unit = &in->unit;
    const Plan *plan = in->plan;
    double experts = moe->experts, top_k = moe->top_k, skew = in->routing_skew;
    double held =
        shard_experts(in->model, plan) / experts; // share of the experts on the fullest rank
    RoutedLoad load = {
        .hottest = routing_hottest(experts, top_k, served, plan->ep, skew),
        .hit = plan->ep > 1 ? routing_groups_hit(experts, top_k, plan->ep) : 1,
    };
    load.rows = served * top_k * held * load.hottest;
    double distinct = routing_distinct(experts, top_k, served, skew);
    load.active = distinct * held;
    if (load.hottest > 1 && distinct < experts) {
        // The fullest rank hits as many experts as if every token picked so many more, and at least one.
        double wide = top_k * load.hottest < experts ? top_k * load.hottest : experts;
        double hit = routing_distinct(experts, wide, served, 0) * held;
        hit = hit < 1 ? 1 : hit;
        hit = hit > load.rows ? load.rows : hit;
        load.active = hit > load.active ? hit : load.active;
    }
    double holders = unit->all_sequences + unit->pieces.all_sequences;
    double each = unit->pieces.tokens > 0 ? unit_all_tokens(unit) / holders : unit->tokens;
    ExpertLoad mean = shard_expert_load(plan, holders, each, unit->decode);
    double working = mean.copies / ((double)plan->copies * plan->ep);
    load.balance = mean.tokens * top_k * working / load.rows;
    if (mean.tokens != served)
        distinct = routing_distinct(experts, top_k, mean.tokens, skew);
    load.touch = distinct * working / load.active;
    return load;
}

ExpertBlock experts_block(const Lowering *in, const RoutedLoad *load, double served, double sent) {
    const Experts *moe = &in->model->moe;
    return (ExpertBlock){
        .entering = sent,
        .leaving = sent * moe->top_k,
        .tokens = served * load->hit / in->plan->ep,
        .rows = load->rows,
        .active = load->active,
        .experts = moe->experts,
        .held = shard_experts(in->model, in->plan),
        .top_k = moe->top_k,
        .d_model = moe->d_latent ? moe->d_latent : in->model->d_model,
        .inner = ceil((double)moe->d_expert / in->plan->etp),
        .gated = in->model->ffn.gated,
        .formats = *in->formats,
    };
}

static BlockSize size_of(const ExpertBlock *block) {
    double matrices = block->gated ? 3 : 2;
    return (BlockSize){block->tokens, block->active,
                       matrices * block->active * block->d_model * block->inner};
}

static ElementwiseShape stream(const ExpertBlock *block, double read_bytes, double write_bytes,
                               double row_bytes, double flop, double specials) {
    const Formats *formats = &block->formats;
    return (ElementwiseShape){
        .read_bytes = read_bytes,
        .write_bytes = write_bytes,
        .flop = flop,
        .specials = specials,
        .routed = {.on = true,
                   .row_bytes = row_bytes,
                   .a = formats->activations,
                   .b = formats->weights,
                   .matmul = formats->matmul,
                   .block = size_of(block)},
    };
}

ElementwiseShape experts_top_k(const ExpertBlock *block) {
    // Softmax or sigmoid over the scores, then the top k of them.
    double tokens = block->entering, scores = tokens * block->experts;
    return stream(block, SCORE_BYTES * scores, 2 * SCORE_BYTES * tokens * block->top_k, 0,
                  4 * scores, scores);
}

ElementwiseShape experts_permute(const ExpertBlock *block) {
    double bytes = format_activation_bytes(block->formats.activations) * block->d_model;
    ElementwiseShape shape = stream(block, bytes * block->entering, bytes * block->leaving,
                                    bytes * block->leaving, 0, 0);
    shape.routed.tokens = block->tokens;
    shape.routed.experts = block->experts;
    shape.routed.held = block->held;
    return shape;
}

static GroupedShape grouped(const ExpertBlock *block, double n, double k) {
    return (GroupedShape){
        .rows = block->rows,
        .n = n,
        .k = k,
        .experts = block->held,
        .active = block->active,
        .a = block->formats.activations,
        .b = block->formats.weights,
        .matmul = block->formats.matmul,
        .even = block->even,
        .block = size_of(block),
    };
}

GroupedShape experts_up(const ExpertBlock *block) {
    return grouped(block, (block->gated ? 2 : 1) * block->inner, block->d_model);
}

ElementwiseShape experts_act(const ExpertBlock *block) {
    double values = block->rows * block->inner, reads = block->gated ? 2 : 1;
    double read_bytes = reads * HALF_BYTES * values;
    double write_bytes = format_activation_bytes(block->formats.activations) * values;
    return stream(block, read_bytes, write_bytes, read_bytes + write_bytes, 4 * values, values);
}

GroupedShape experts_down(const ExpertBlock *block) {
    return grouped(block, block->d_model, block->inner);
}

ElementwiseShape experts_unpermute(const ExpertBlock *block) {
    double values = block->leaving * block->d_model;
    return stream(block, HALF_BYTES * values, HALF_BYTES * block->entering * block->d_model,
                  HALF_BYTES * values, 2 * values, 0);
}

void experts_ops(const ExpertBlock *block, Op ops[EXPERT_OPS]) {
    static const char *const NAMES[EXPERT_OPS] = {"top_k",       "permute",      "experts_up",
                                                  "experts_act", "experts_down", "unpermute"};
    for (int i = 0; i < EXPERT_OPS; i++) {
        bool matmul = i == 2 || i == 4;
        ops[i] = (Op){.kind = matmul ? OP_GROUPED_MATMUL : OP_ELEMENTWISE,
                      .name = NAMES[i],
                      .balance = 1,
                      .touch = 1};
    }
    ops[0].elementwise = experts_top_k(block);
    ops[1].elementwise = experts_permute(block);
    ops[2].grouped = experts_up(block);
    ops[3].elementwise = experts_act(block);
    ops[4].grouped = experts_down(block);
    ops[5].elementwise = experts_unpermute(block);
}
