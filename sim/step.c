#include "sim/step.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "arch/pairs.h"
#include "sim/network.h"
#include "sim/op_cost.h"
#include "sim/step_rows.h"
#include "sim/traffic.h"

#define DRAFT_LAYER "draft layer"

void step_clear(Step *step) {
    for (int i = 0; i < MATH_COUNT; i++)
        step->flop_by_math[i] = step->executed_by_math[i] = 0;
    step->executed_flop = step->hbm_bytes = step->comm_bytes = 0;
    step->useful_hbm_bytes = step->full_square_flop = 0;
}

void step_plan(Step *step, const Design *design) {
    const Plan *plan = &design->plan;
    step->machine.chips = plan->chips;
    step->stage_ranks = (double)plan->tp * plan->cp * plan->dp;
    for (int i = 0; i < design->model->kind_count; i++)
        step->ranks[i] = shard_layer(design->model, plan, i);
    for (int stage = 0, first = 0; stage < plan->pp; stage++) {
        int layers = plan_stage_layers(plan, design->model, stage);
        model_kinds_in(design->model, first, layers, step->kinds_in[stage]);
        first += layers;
    }
}

void step_new(Step *step, const Design *design, Breakdown *breakdown) {
    step->design = design;
    step->breakdown = breakdown;
    step->costs = NULL;
    step->machine = machine_of(design);
    step->phase = design->workload.phase;
    step_plan(step, design);
    step_clear(step);
    if (breakdown) {
        memset(breakdown, 0, offsetof(Breakdown, trace));
        breakdown->trace.units = 0;
        breakdown->machine = step->machine;
        breakdown->stages = design->plan.pp;
    }
}

void step_begin(Step *step, Phase phase, const Schedule *schedule) {
    step->phase = phase;
    if (step->breakdown && step->breakdown->units == 0) {
        step->breakdown->units = schedule->micro_batches * schedule->chunks;
        step->breakdown->micro_batches = schedule->micro_batches;
    }
}

// A part that runs in so many layers and units, and serves so many tokens in each layer, enters the totals.
static inline void add_part(Step *step, const PartSums *sums, double layers, double units,
                            double tokens) {
    double times = layers * units;
    step->executed_flop += sums->executed_flop * times;
    step->hbm_bytes += sums->hbm_bytes * times;
    step->comm_bytes += sums->comm_bytes * times;
    for (int i = 0; i < sums->math_count; i++) {
        step->executed_by_math[sums->maths[i]] += sums->executed[i] * times;
        step->flop_by_math[sums->maths[i]] += sums->useful[i] * tokens * layers;
    }
}

// Ops of the layer kind before, and the last collective: what recurs is costed once.
typedef struct Recent {
    Op ops[LAYER_OPS];
    OpCost costs[LAYER_OPS];
    int count;
    bool keep;                  // another layer kind follows
    CollectiveShape collective; // group.size 0: none yet
    OpCost collective_cost;
} Recent;

static void recent_begin(Recent *recent) {
    recent->count = 0;
    recent->keep = false;
    recent->collective = (CollectiveShape){.group.size = 0};
}

// The cost of that op where it is known already, else NULL.
static const OpCost *known_cost(const Recent *recent, const Op *op, int index) {
    if (index < recent->count && op_same(op, &recent->ops[index]))
        return &recent->costs[index];
    if (op->kind == OP_COLLECTIVE && collective_same(&op->collective, &recent->collective))
        return &recent->collective_cost;
    return NULL;
}

static void remember(Recent *recent, const Op *op, const OpCost *cost, int index) {
    if (recent->keep && cost != &recent->costs[index]) {
        recent->ops[index] = *op;
        recent->costs[index] = *cost;
    }
    if (op->kind == OP_COLLECTIVE && cost != &recent->collective_cost) {
        recent->collective = op->collective;
        recent->collective_cost = *cost;
    }
}

// What a list of ops belongs to: where it runs, how many layers have it, the units and tokens that pass.
typedef struct Place {
    const char *where;
    double layers, units, tokens;
} Place;

static inline void add_op(Step *step, const Place *place, const Op ops[], int index,
                          const OpCost *cost, LayerTime *time, PartSums *sums) {
    const Op *op = &ops[index];
    layer_time_add(time, cost);
    step_tally(step, op, cost, sums);
    if (step->breakdown)
        step_note(step, place->where, op, cost, step_ordinal(ops, index), place->layers,
                  place->units, op->token_flop * place->tokens * place->layers);
}

// Inline, since every layer of a sweep passes here.
static inline void cost_ops(Step *step, const Place *place, const Op ops[], int ops_count,
                            LayerTime *time, PartSums *sums, ContextOps *context, Recent *recent) {
    step_sums_clear(sums);
    for (int i = 0; i < ops_count; i++) {
        if (ops[i].context_bound) {
            recent->ops[i].kind =
                OP_SEND; // no layer holds one: what lies in this place is not known
            context->ops[context->count++] = ops[i];
            if (step->breakdown) // holds its place in the table; step_spans fills it
                step_row(step, place->where, &ops[i], &(OpCost){.math = -1}, 0, place->layers);
            continue;
        }
        const OpCost *known = known_cost(recent, &ops[i], i);
        if (known) {
            add_op(step, place, ops, i, known, time, sums);
            remember(recent, &ops[i], known, i);
            continue;
        }
        // Not assigned but initialised, so that it is written in place: a copy at once would wait for the writes.
        OpCost cost = op_cost(&step->machine, &ops[i]);
        add_op(step, place, ops, i, &cost, time, sums);
        remember(recent, &ops[i], &cost, i);
    }
    recent->count = recent->keep ? ops_count : 0;
}

static Lowering lowering_of(const Step *step, const UnitOfWork *unit) {
    const Design *design = step->design;
    return (Lowering){design->model, &design->formats, &design->plan, *unit, design->routing_skew};
}

// The chip of the first (side 0) or last (side 1) rank of a stage.
static int stage_chip(const Plan *plan, int stage, int side) {
    int ranks = plan->chips / plan->pp, stride = plan->pp_group.stride;
    int rank = side ? ranks - 1 : 0;
    return stage * stride + rank * (stride == 1 ? plan->pp : 1);
}

// The level that every boundary between stages crosses, or -1 when they differ.
static int boundary_level(const System *system, const Plan *plan) {
    for (int i = 0; i < system->level_count; i++) {
        if (plan->chips <= system->levels[i].chips || i == system->level_count - 1)
            return i;
        if (plan->pp_group.stride % system->levels[i].chips != 0)
            return -1;
    }
    return -1;
}

// Chips on both sides of the boundary before a stage: those of the first or last rank, whichever pair lies further apart.
static int boundary_chips(const System *system, const Plan *plan, int stage, SendShape *send) {
    int furthest = -1;
    for (int side = 0; side < 2; side++) {
        int from = stage_chip(plan, stage - 1, side), to = stage_chip(plan, stage, side);
        int level = network_level(system, from, to);
        if (level <= furthest)
            continue;
        furthest = level;
        send->from = from;
        send->to = to;
    }
    return furthest;
}

// One hand-off, and the row of the table for so many boundaries.
static PartCost cost_handoff(Step *step, const Op *op, double boundaries, double units) {
    PartCost part;
    LayerTime time = {0};
    OpCost cost = op_cost(&step->machine, op);
    layer_time_add(&time, &cost);
    part.span = layer_time_span(&time, 0);
    step_sums_clear(&part.sums);
    step_tally(step, op, &cost, &part.sums);
    if (step->breakdown)
        step_note(step, "between stages", op, &cost, 0, boundaries, units, 0);
    return part;
}

static Op handoff_op(const Step *step, const UnitOfWork *unit) {
    Lowering lowering = lowering_of(step, unit);
    return (Op){.kind = OP_SEND,
                .name = "handoff",
                .balance = 1,
                .touch = 1,
                .send = {.bytes = lower_handoff_bytes(&lowering)}};
}

// Whether all boundaries lie on one level, and then what each of them costs.
static bool common_handoff(Step *step, const UnitOfWork *unit, double units, PartCost *part) {
    const Plan *plan = &step->design->plan;
    if (plan->pp == 1 || boundary_level(step->machine.system, plan) < 0)
        return false;
    Op op = handoff_op(step, unit);
    boundary_chips(step->machine.system, plan, 1, &op.send);
    *part = cost_handoff(step, &op, plan->pp - 1, units);
    return true;
}

// Neighbouring stages lie in one domain or in two; boundaries on the same level cost the same.
static void mixed_handoffs(Step *step, const UnitOfWork *unit, double units, Span out[]) {
    const Plan *plan = &step->design->plan;
    Op op = handoff_op(step, unit);
    for (int stage = 1; stage < plan->pp; stage++) {
        boundary_chips(step->machine.system, plan, stage, &op.send);
        PartCost part = cost_handoff(step, &op, 1, units);
        out[stage] = part.span;
        add_part(step, &part.sums, 1, units, 0);
    }
}

void step_handoffs(Step *step, const UnitOfWork *unit, double units, const PartCost *common,
                   Span out[]) {
    const Plan *plan = &step->design->plan;
    PartCost part;
    if (!common && common_handoff(step, unit, units, &part))
        common = &part;
    if (!common) {
        mixed_handoffs(step, unit, units, out);
        return;
    }
    for (int stage = 1; stage < plan->pp; stage++)
        out[stage] = common->span;
    add_part(step, &common->sums, plan->pp - 1, units, 0);
}

static double unit_tokens(const UnitOfWork *unit) {
    return unit_useful_tokens(unit);
}

// Useful tokens that the head serves.
static double edge_tokens(const UnitOfWork *unit) {
    double each = unit->decode ? unit->useful : unit->end_share > 0 ? unit->end_share : 1;
    return unit->all_sequences * each + unit->pieces.all_ends;
}

// Layers and first stage; `units` of their like enter the table.
static void cost_unit(Step *step, const UnitOfWork *unit, double units, StepUnit *out) {
    const Design *design = step->design;
    Lowering lowering = lowering_of(step, unit);
    Place place = {unit->draft ? "draft input" : "first stage", 1, units,
                   unit_tokens(unit) * units};
    Op ops[LAYER_OPS];
    Recent recent;
    recent_begin(&recent);
    LayerTime first = {0};
    int ops_count = lower_first(&lowering, ops);
    cost_ops(step, &place, ops, ops_count, &first, &out->first.sums, NULL, &recent);
    out->first.span = layer_time_span(&first, design->plan.overlap);
    int kind = unit->draft ? shard_draft_kind(design->model) : 0;
    int end = unit->draft ? kind + 1 : design->model->kind_count;
    for (; kind < end; kind++) {
        const LayerKind *layer = &design->model->kinds[kind];
        place.where = unit->draft ? DRAFT_LAYER : step_kind_name(layer);
        place.layers = unit->draft ? 1 : layer->layers;
        memset(&out->layers[kind], 0, sizeof out->layers[kind]);
        out->context[kind].count = 0;
        ops_count = lower_layer(&lowering, kind, ops);
        recent.keep = kind + 1 < end;
        cost_ops(step, &place, ops, ops_count, &out->layers[kind], &out->sums[kind],
                 &out->context[kind], &recent);
    }
}

static void cost_edges(Step *step, const UnitOfWork *unit, double units, PartCost *last) {
    Lowering lowering = lowering_of(step, unit);
    Place place = {unit->draft ? "draft head" : "last stage", 1, units, edge_tokens(unit) * units};
    Op ops[LAYER_OPS];
    Recent recent;
    recent_begin(&recent);
    LayerTime time = {0};
    int ops_count = lower_last(&lowering, ops);
    cost_ops(step, &place, ops, ops_count, &time, &last->sums, NULL, &recent);
    last->span = layer_time_span(&time, step->design->plan.overlap);
}

void step_unit(Step *step, const UnitOfWork *unit, double units, StepUnit *out) {
    const Model *model = step->design->model;
    cost_unit(step, unit, units, out);
    double tokens = unit_tokens(unit) * units;
    add_part(step, &out->first.sums, 1, units, tokens);
    if (unit->draft) {
        add_part(step, &out->sums[shard_draft_kind(model)], 1, units, tokens);
        return;
    }
    for (int i = 0; i < model->kind_count; i++)
        add_part(step, &out->sums[i], model->kinds[i].layers, units, tokens);
    step_handoffs(step, unit, units, NULL, out->handoffs);
}

void step_edges(Step *step, const UnitOfWork *unit, double units, StepEdges *out) {
    cost_edges(step, unit, units, &out->last);
    add_part(step, &out->last.sums, 1, units, edge_tokens(unit) * units);
}

// Chunked layers: a query meets its own chunk only. A step sees the mean over a chunk once the first is full; a prompt
// falls into whole pieces.
static void keep_to_chunks(AttentionShape *shape, double kv_len) {
    double chunk = shape->chunk;
    if (shape->decode) {
        shape->kv_len = (chunk + 1) / 2;
        return;
    }
    double prefix = kv_len - shape->q_len;
    double first = floor(prefix / chunk), pieces = ceil(kv_len / chunk) - first;
    if (pieces == 1) {
        shape->kv_len = kv_len - first * chunk;
        return;
    }
    shape->sequences *= pieces;
    shape->q_len = shape->kv_len = chunk;
}

// The op with its keys as far as kv_len.
static void op_at(Op *op, double kv_len) {
    if (op->own_context > 0)
        kv_len = op->own_context;
    if (op->kind == OP_ATTENTION) {
        op->attention.kv_len = kv_len;
        if (op->attention.chunk > 0 && op->attention.chunk < kv_len)
            keep_to_chunks(&op->attention, kv_len);
        return;
    }
    if (op->context_bytes == 0)
        return;
    bool capped = op->context_window > 0 && op->context_window < kv_len;
    op->collective.bytes = op->context_bytes * (capped ? op->context_window : kv_len);
}

// Time of a transfer that hides behind the op before it, a ring's sends behind attention.
static double hidden_s(const Step *step, const ContextOps *context, int index, double kv_len,
                       const OpCost *transfer) {
    Op before = context->ops[index - 1];
    op_at(&before, kv_len);
    OpCost cost = op_cost(&step->machine, &before);
    return fmin(transfer->link_s, context->ops[index].hidden_share * step_longest_s(&cost));
}

// A layer with its attention over kv_len tokens.
static Span context_span(Step *step, const Place *place, const LayerTime *layer,
                         const ContextOps *context, double kv_len, PartSums *sums) {
    LayerTime time = *layer;
    double hides_s = 0;
    for (int i = 0; i < context->count; i++) {
        Op op = context->ops[i];
        op_at(&op, kv_len);
        OpCost cost = op_cost(&step->machine, &op);
        layer_time_add(&time, &cost);
        if (op.hidden_share > 0)
            hides_s = hidden_s(step, context, i, kv_len, &cost);
        step_tally(step, &op, &cost, sums);
        if (step->breakdown)
            step_note(step, place->where, &op, &cost, 0, place->layers, place->units, 0);
    }
    return layer_time_span(&time, layer_time_overlap(&time, step->design->plan.overlap, hides_s));
}

void step_spans(Step *step, const StepUnit *unit, double kv_len, double counted,
                Span spans[MODEL_KINDS]) {
    const Model *model = step->design->model;
    for (int i = 0; i < model->kind_count; i++) {
        const LayerKind *kind = &model->kinds[i];
        Place place = {step_kind_name(kind), kind->layers, counted, 0};
        PartSums sums;
        step_sums_clear(&sums);
        spans[i] = context_span(step, &place, &unit->layers[i], &unit->context[i], kv_len, &sums);
        add_part(step, &sums, kind->layers, counted, 0);
    }
}

void step_whole(Step *step, const UnitOfWork *unit, double kv_len, double units, UnitCost *cost) {
    const Model *model = step->design->model;
    StepUnit parts;
    cost_unit(step, unit, units, &parts);
    cost->first = parts.first;
    for (int i = 0; i < model->kind_count; i++) {
        const LayerKind *kind = &model->kinds[i];
        Place place = {step_kind_name(kind), kind->layers, units, 0};
        cost->kinds[i].sums = parts.sums[i];
        cost->kinds[i].span = context_span(step, &place, &parts.layers[i], &parts.context[i],
                                           kv_len, &cost->kinds[i].sums);
    }
    cost_edges(step, unit, units, &cost->last);
    cost->handoffs_alike = common_handoff(step, unit, units, &cost->handoff);
    const Workload *work = &step->design->workload;
    cost->experts_touched =
        traffic_experts(step->design, work->batch, 1 + workload_draft(work), true);
}

const UnitCost *step_cost(Step *step, const UnitOfWork *unit, double kv_len, double units,
                          UnitCost *room) {
    bool known = false;
    if (step->costs)
        room = costs_find(step->costs, unit, step->design->workload.batch, kv_len, &known);
    if (!known)
        step_whole(step, unit, kv_len, units, room);
    return room;
}

void step_count(Step *step, const UnitCost *cost, const UnitOfWork *unit, double units) {
    const Model *model = step->design->model;
    double tokens = unit_tokens(unit) * units;
    add_part(step, &cost->first.sums, 1, units, tokens);
    for (int i = 0; i < model->kind_count; i++)
        add_part(step, &cost->kinds[i].sums, model->kinds[i].layers, units, tokens);
    add_part(step, &cost->last.sums, 1, units, edge_tokens(unit) * units);
}

Span step_draft(Step *step, const StepUnit *unit, const StepEdges *edges, double kv_len,
                double counted) {
    int kind = shard_draft_kind(step->design->model);
    Place place = {DRAFT_LAYER, 1, counted, 0};
    PartSums sums;
    step_sums_clear(&sums);
    Span pass =
        context_span(step, &place, &unit->layers[kind], &unit->context[kind], kv_len, &sums);
    add_part(step, &sums, 1, counted, 0);
    span_add(&pass, &unit->first.span, 1);
    span_add(&pass, &edges->last.span, 1);
    return pass;
}

void step_stages(const Step *step, const Span spans[MODEL_KINDS], const Span *first,
                 const Span *last, Span stages[]) {
    int pp = step->design->plan.pp;
    for (int stage = 0; stage < pp; stage++) {
        stages[stage] = stage == 0 ? *first : (Span){0};
        for (int kind = 0; kind < step->design->model->kind_count; kind++)
            span_add(&stages[stage], &spans[kind], step->kinds_in[stage][kind]);
    }
    if (last)
        span_add(&stages[pp - 1], last, 1);
}

void step_attention_flop(Step *step, Phase phase, double queries, double kv_len) {
    const Design *design = step->design;
    const Model *model = design->model;
    const Attention *a = &model->attention;
    bool decode = phase == PHASE_DECODE, absorbed = a->kind == ATTENTION_MLA && decode;
    Math math =
        op_attention_math(&step->machine, a->kind == ATTENTION_MLA, decode, design->formats.kv);
    double index_dims = (double)model->indexer.heads * model->indexer.head_dim;
    for (int i = 0; i < model->kind_count; i++) {
        const LayerKind *kind = &model->kinds[i];
        if (kind->mixer == MIXER_STATE || kind->mixer == MIXER_NONE)
            continue;
        double dims = absorbed ? 2.0 * a->kv_rank + a->rope_dim
                               : kind->heads.head_dim + kind->heads.v_head_dim;
        double layers = (double)kind->layers * design->workload.batch;
        double pair_flop = 2 * dims * kind->heads.heads * layers;
        double flop = pair_flop * mixer_pairs(model, kind, queries, kv_len, decode);
        double index = 2 * index_dims * layers * attention_pairs(queries, kv_len, 0);
        step->flop_by_math[math] += flop + index;
        // Decode has no mask: a token's query sees all its keys.
        step->full_square_flop +=
            decode ? flop + index : (pair_flop + 2 * index_dims * layers) * queries * kv_len;
        step_row_flop(step, phase, step_kind_name(kind), "attention", flop);
        step_row_flop(step, phase, step_kind_name(kind), "index_scores", index);
    }
}
