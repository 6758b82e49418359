#include "sim/step_rows.h"

#include <math.h>
#include <string.h>

const char *step_kind_name(const LayerKind *kind) {
    static const char *const NAMES[MIXER_NONE + 1][FEED_NONE + 1] = {
        [MIXER_GLOBAL] = {"dense layer",         "expert layer",         "attention layer"      },
        [MIXER_LOCAL] = {"local dense layer",   "local expert layer",   "local attention layer"},
        [MIXER_CHUNKED] = {"chunked dense layer", "chunked expert layer",
                          "chunked attention layer"                                             },
        [MIXER_STATE] = {"state dense layer",   "state expert layer",   "state layer"          },
        [MIXER_NONE] = {"feed-forward layer",  "experts only layer",   "empty layer"          },
    };
    static const char *const SHARED[2][FEED_NONE + 1] = {
        {"shared-KV dense layer",       "shared-KV expert layer",       "shared-KV attention layer"},
        {"shared-KV local dense layer", "shared-KV local expert layer",
         "shared-KV local attention layer"                                                         },
    };
    return kind->shares_kv ? SHARED[kind->mixer == MIXER_LOCAL][kind->feed]
                           : NAMES[kind->mixer][kind->feed];
}

double step_longest_s(const OpCost *cost) {
    return fmax(fmax(cost->matrix_s, cost->vector_s), fmax(cost->memory_s, cost->link_s));
}

BreakdownRow *step_row(Step *step, const char *where, const Op *op, const OpCost *cost, int ordinal,
                       double layers) {
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

int step_ordinal(const Op ops[], int index) {
    int same = 0;
    for (int i = 0; i < index; i++)
        same += ops[i].name == ops[index].name;
    return same;
}

void step_note(Step *step, const char *where, const Op *op, const OpCost *cost, int ordinal,
               double layers, double units, double flop) {
    double times = layers * units;
    BreakdownRow *row = times > 0 ? step_row(step, where, op, cost, ordinal, layers) : NULL;
    if (!row)
        return;
    if (row->units == 0) {
        row->op = *op;
        row->cost = *cost;
    }
    PartSums one;
    step_sums_clear(&one);
    step_tally(step, op, cost, &one);
    row->units += units;
    row->flop += flop;
    row->hbm_bytes += one.hbm_bytes * times;
    row->comm_bytes += one.comm_bytes * times;
    row->matrix_s += cost->matrix_s * times;
    row->vector_s += cost->vector_s * times;
    row->memory_s += cost->memory_s * times;
    row->link_s += cost->link_s * times;
    row->overhead_s += cost->overhead_s * times;
    row->time_s += (step_longest_s(cost) + cost->overhead_s) * times;
}

void step_row_flop(Step *step, Phase phase, const char *where, const char *name, double flop) {
    for (int i = 0; step->breakdown && i < step->breakdown->row_count; i++) {
        BreakdownRow *row = &step->breakdown->rows[i];
        if (row->op.kind == OP_ATTENTION && row->phase == phase && row->where == where &&
            strcmp(row->op.name, name) == 0)
            row->flop = flop;
    }
}

void step_stages_seen(Step *step, const Pipeline *pipeline, double times) {
    if (!step->breakdown)
        return;
    for (int stage = 0; stage < pipeline->stages; stage++)
        step->breakdown->stage_s[stage] += pipeline->busy_s[stage] * times;
    for (int stage = 1; stage < pipeline->stages; stage++)
        step->breakdown->handoff_s = fmax(step->breakdown->handoff_s,
                                          pipeline->link_s[stage] * times / step->breakdown->units);
}

void step_decode_stages_seen(Step *step, const Span stages[], const Span sends[], double times) {
    if (!step->breakdown || step->design->workload.phase != PHASE_DECODE)
        return;
    for (int stage = 0; stage < step->design->plan.pp; stage++)
        step->breakdown->stage_s[stage] += span_s(&stages[stage]) * times;
    for (int stage = 1; stage < step->design->plan.pp; stage++)
        step->breakdown->handoff_s = fmax(step->breakdown->handoff_s, span_s(&sends[stage]));
}

void step_finish(Step *step, double tokens) {
    Breakdown *breakdown = step->breakdown;
    double linear = 0;
    for (int i = 0; i < breakdown->row_count; i++)
        if (breakdown->rows[i].op.kind != OP_ATTENTION)
            linear += breakdown->rows[i].flop;
    memcpy(breakdown->flop_by_math, step->flop_by_math, sizeof breakdown->flop_by_math);
    memcpy(breakdown->executed_by_math, step->executed_by_math, sizeof breakdown->executed_by_math);
    breakdown->full_square_flop = linear + step->full_square_flop;
    breakdown->useful_hbm_bytes = step->useful_hbm_bytes;
    breakdown->tokens = tokens;
}
