#include "sim/step.h"

#include <math.h>
#include <string.h>

void step_new(Step *step, const Design *design, Breakdown *breakdown) {
    const Plan *plan = &design->plan;
    step->design = design;
    step->breakdown = breakdown;
    step->machine = machine_of(design);
    step->phase = design->workload.phase;
    int groups = design->workload.batch < plan->dp ? design->workload.batch : plan->dp;
    step->active_ranks = (double)groups * plan->tp * plan->cp;
    for (int i = 0; i < MATH_COUNT; i++)
        step->flop_by_math[i] = 0;
    step->executed_flop = step->hbm_bytes = step->comm_bytes = 0;
    step->useful_hbm_bytes = step->full_square_flop = 0;
    for (int stage = 0, first = 0; stage < plan->pp; stage++) {
        int layers = plan_stage_layers(plan, design->model, stage);
        model_kinds_in(design->model, first, layers, step->kinds_in[stage]);
        first += layers;
    }
    if (breakdown) {
        memset(breakdown, 0, sizeof *breakdown);
        breakdown->machine = step->machine;
        breakdown->stages = plan->pp;
    }
}

void step_begin(Step *step, Phase phase, const Schedule *schedule) {
    step->phase = phase;
    if (step->breakdown && step->breakdown->units == 0) {
        step->breakdown->units = schedule->micro_batches * schedule->chunks;
        step->breakdown->micro_batches = schedule->micro_batches;
    }
}

static const char *kind_name(const LayerKind *kind) {
    if (kind->local)
        return kind->expert ? "local expert layer" : "local layer";
    return kind->expert ? "expert layer" : "dense layer";
}

static double longest(const OpCost *cost) {
    return fmax(fmax(cost->matrix_s, cost->vector_s), fmax(cost->memory_s, cost->link_s));
}

// The row of that op, told apart from one of the same name in the same layer by its place (`ordinal`).
static BreakdownRow *row_of(Step *step, const char *where, const Op *op, const OpCost *cost,
                            int ordinal, double layers) {
    Breakdown *table = step->breakdown;
    int same = 0;
    for (int i = 0; i < table->row_count; i++) {
        BreakdownRow *row = &table->rows[i];
        if (row->phase == step->phase && row->where == where && row->op.name == op->name &&
            same++ == ordinal)
            return row;
    }
    if (table->row_count == BREAKDOWN_ROWS)
        return NULL;
    BreakdownRow *row = &table->rows[table->row_count++];
    *row = (BreakdownRow){
        .op = *op, .cost = *cost, .where = where, .phase = step->phase, .layers = layers};
    return row;
}

// An op that runs `layers` x `units` times on each rank of a stage enters the sums over all chips; flop: its useful
// work over all chips and times.
static void count(Step *step, const char *where, const Op *op, const OpCost *cost, int ordinal,
                  double layers, double units, double flop) {
    double times = layers * units;
    double stage_ranks =
        (double)step->design->plan.tp * step->design->plan.cp * step->design->plan.dp;
    double shared = stage_ranks * op->balance;
    double hbm = cost->hbm_bytes * times *
                 (op->kind == OP_MATMUL           ? step->active_ranks
                  : op->kind == OP_GROUPED_MATMUL ? stage_ranks
                                                  : shared);
    double comm =
        cost->comm_bytes * times * (op->kind == OP_DISPATCH ? shared : step->active_ranks);
    step->executed_flop += cost->executed_flop * times * shared;
    step->hbm_bytes += hbm;
    step->comm_bytes += comm;
    if (cost->math >= 0)
        step->flop_by_math[cost->math] += flop;
    BreakdownRow *row =
        step->breakdown && times > 0 ? row_of(step, where, op, cost, ordinal, layers) : NULL;
    if (!row)
        return;
    if (row->units == 0) {
        row->op = *op;
        row->cost = *cost;
    }
    row->units += units;
    row->flop += flop;
    row->hbm_bytes += hbm;
    row->comm_bytes += comm;
    row->matrix_s += cost->matrix_s * times;
    row->vector_s += cost->vector_s * times;
    row->memory_s += cost->memory_s * times;
    row->link_s += cost->link_s * times;
    row->overhead_s += cost->overhead_s * times;
    row->time_s += (longest(cost) + cost->overhead_s) * times;
}

static int ordinal_of(const Op ops[], int index) {
    int same = 0;
    for (int i = 0; i < index; i++)
        same += ops[i].name == ops[index].name;
    return same;
}

// Ops of the layer kind before, and the last collective: what recurs is costed once.
typedef struct Recent {
    Op ops[LAYER_OPS];
    OpCost costs[LAYER_OPS];
    int count;
    bool keep; // another layer kind follows
    Op collective;
    OpCost collective_cost;
} Recent;

static void recent_begin(Recent *recent) {
    recent->count = 0;
    recent->keep = false;
    recent->collective.kind = OP_KIND_COUNT;
}

// The cost of that op where it is known already, else NULL.
static const OpCost *known_cost(const Recent *recent, const Op *op, int index) {
    if (index < recent->count && op_same(op, &recent->ops[index]))
        return &recent->costs[index];
    if (op->kind == OP_COLLECTIVE && op_same(op, &recent->collective))
        return &recent->collective_cost;
    return NULL;
}

static void remember(Recent *recent, const Op *op, const OpCost *cost, int index) {
    if (recent->keep) {
        recent->ops[index] = *op;
        recent->costs[index] = *cost;
    }
    if (op->kind == OP_COLLECTIVE) {
        recent->collective = *op;
        recent->collective_cost = *cost;
    }
}

// What a list of ops belongs to: where it runs, how many layers have it, the units and tokens that pass.
typedef struct Place {
    const char *where;
    double layers, units, tokens;
} Place;

static void add_op(Step *step, const Place *place, const Op ops[], int index, const OpCost *cost,
                   LayerTime *time) {
    const Op *op = &ops[index];
    layer_time_add(time, cost);
    int ordinal = step->breakdown ? ordinal_of(ops, index) : 0;
    count(step, place->where, op, cost, ordinal, place->layers, place->units,
          op->token_flop * place->tokens * place->layers);
}

static void cost_ops(Step *step, const Place *place, const Op ops[], int ops_count, LayerTime *time,
                     Op *attention, Recent *recent) {
    for (int i = 0; i < ops_count; i++) {
        if (ops[i].context_bound) {
            *attention = ops[i];
            if (step->breakdown) // holds its place in the table; step_spans fills it
                row_of(step, place->where, &ops[i], &(OpCost){.math = -1}, 0, place->layers);
            continue;
        }
        const OpCost *known = known_cost(recent, &ops[i], i);
        if (known) {
            add_op(step, place, ops, i, known, time);
            continue;
        }
        // Not assigned but initialised, so that it is written in place: a copy at once would wait for the writes.
        OpCost cost = op_cost(&step->machine, &ops[i]);
        add_op(step, place, ops, i, &cost, time);
        remember(recent, &ops[i], &cost, i);
    }
    recent->count = recent->keep ? ops_count : 0;
}

static Lowering lowering_of(const Step *step, const UnitOfWork *unit) {
    const Design *design = step->design;
    return (Lowering){design->model, &design->formats, &design->plan, *unit, design->routing_skew};
}

void step_unit(Step *step, const UnitOfWork *unit, double units, StepUnit *out) {
    const Design *design = step->design;
    Lowering lowering = lowering_of(step, unit);
    Place place = {"first stage", 1, units, unit->all_sequences * unit->tokens * units};
    Op ops[LAYER_OPS];
    Recent recent;
    recent_begin(&recent);
    out->units = units;
    LayerTime first = {0};
    int ops_count = lower_first(&lowering, ops);
    cost_ops(step, &place, ops, ops_count, &first, NULL, &recent);
    out->first = layer_time_span(&first, design->plan.overlap);
    for (int kind = 0; kind < design->model->kind_count; kind++) {
        const LayerKind *layer = &design->model->kinds[kind];
        place.where = kind_name(layer);
        place.layers = layer->layers;
        memset(&out->layers[kind], 0, sizeof out->layers[kind]);
        ops_count = lower_layer(&lowering, kind, ops);
        recent.keep = kind + 1 < design->model->kind_count;
        cost_ops(step, &place, ops, ops_count, &out->layers[kind], &out->attention[kind], &recent);
    }
    memset(&out->handoff, 0, sizeof out->handoff);
    if (design->plan.pp > 1) {
        Op send = lower_handoff(&lowering);
        OpCost cost = op_cost(&step->machine, &send);
        LayerTime time = {0};
        layer_time_add(&time, &cost);
        out->handoff = layer_time_span(&time, 0);
        count(step, "between stages", &send, &cost, 0, design->plan.pp - 1, units, 0);
    }
}

void step_edges(Step *step, const UnitOfWork *unit, double units, StepEdges *out) {
    Lowering lowering = lowering_of(step, unit);
    Place place = {"last stage", 1, units, unit->all_sequences * units};
    Op ops[LAYER_OPS];
    Recent recent;
    recent_begin(&recent);
    LayerTime last = {0};
    int ops_count = lower_last(&lowering, ops);
    cost_ops(step, &place, ops, ops_count, &last, NULL, &recent);
    out->last = layer_time_span(&last, step->design->plan.overlap);
}

void step_spans(Step *step, const StepUnit *unit, double kv_len, double counted,
                Span spans[MODEL_KINDS]) {
    const Model *model = step->design->model;
    for (int kind = 0; kind < model->kind_count; kind++) {
        Op op = unit->attention[kind];
        op.attention.kv_len = kv_len;
        OpCost cost = op_cost(&step->machine, &op);
        LayerTime time = unit->layers[kind];
        layer_time_add(&time, &cost);
        spans[kind] = layer_time_span(&time, step->design->plan.overlap);
        if (counted > 0)
            count(step, kind_name(&model->kinds[kind]), &op, &cost, 0, model->kinds[kind].layers,
                  counted, 0);
    }
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

void step_stages_seen(Step *step, const Pipeline *pipeline, double times) {
    if (!step->breakdown)
        return;
    for (int stage = 0; stage < pipeline->stages; stage++)
        step->breakdown->stage_s[stage] += pipeline->busy_s[stage] * times;
    step->breakdown->handoff_s = pipeline->link_s * times / step->breakdown->units;
}

void step_decode_stages_seen(Step *step, const Span stages[], const Span *handoff, double times) {
    if (!step->breakdown || step->design->workload.phase != PHASE_DECODE)
        return;
    for (int stage = 0; stage < step->design->plan.pp; stage++)
        step->breakdown->stage_s[stage] += span_s(&stages[stage]) * times;
    step->breakdown->handoff_s = span_s(handoff);
}

void step_attention_flop(Step *step, Phase phase, double queries, double kv_len) {
    const Design *design = step->design;
    const Attention *a = &design->model->attention;
    bool absorbed = a->kind == ATTENTION_MLA && phase == PHASE_DECODE;
    double dims = absorbed ? 2.0 * a->kv_rank + a->rope_dim : a->head_dim + a->v_head_dim;
    double pair_flop = 2 * dims * a->heads * design->workload.batch;
    Math math = design_math(design->chip, FORMAT_BF16, FORMAT_BF16, FORMAT_NONE);
    for (int kind = 0; kind < design->model->kind_count; kind++) {
        const LayerKind *layer = &design->model->kinds[kind];
        double flop = layer->layers * pair_flop *
                      attention_pairs(queries, kv_len, layer->local ? a->window : 0);
        step->flop_by_math[math] += flop;
        // Decode has no mask: a step's one query sees all its keys.
        step->full_square_flop +=
            phase == PHASE_DECODE ? flop : layer->layers * pair_flop * queries * kv_len;
        for (int i = 0; step->breakdown && i < step->breakdown->row_count; i++) {
            BreakdownRow *row = &step->breakdown->rows[i];
            if (row->op.kind == OP_ATTENTION && row->phase == phase &&
                row->where == kind_name(layer))
                row->flop = flop;
        }
    }
}

void step_finish(Step *step, double tokens) {
    Breakdown *breakdown = step->breakdown;
    double linear = 0;
    for (int i = 0; i < breakdown->row_count; i++)
        if (breakdown->rows[i].op.kind != OP_ATTENTION)
            linear += breakdown->rows[i].flop;
    memcpy(breakdown->flop_by_math, step->flop_by_math, sizeof breakdown->flop_by_math);
    breakdown->full_square_flop = linear + step->full_square_flop;
    breakdown->useful_hbm_bytes = step->useful_hbm_bytes;
    breakdown->tokens = tokens;
}
