// step.h — the costs of a step's units of work: layers without attention once, attention for each prefix or context.
//
// A Step gathers totals over all chips while evaluate walks a design, and the rows of explain's table when asked to.
#ifndef SIM_STEP_H
#define SIM_STEP_H

#include "arch/lower.h"
#include "arch/shard.h"
#include "sim/costs.h"
#include "sim/evaluate.h"
#include "sim/pipeline.h"
#include "sim/schedule.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Step {
    const Design *design;
    Breakdown *breakdown; // NULL: no table
    Costs *costs;         // NULL: nothing is remembered
    Machine machine;
    Phase phase;
    double stage_ranks;                     // tp x cp x dp
    RankParams ranks[MODEL_KINDS];          // of each layer kind
    int kinds_in[PLAN_STAGES][MODEL_KINDS]; // layers of each kind in each stage
    // Sums over all chips.
    double flop_by_math[MATH_COUNT]; // useful
    double executed_by_math[MATH_COUNT];
    double executed_flop, hbm_bytes, comm_bytes;
    double useful_hbm_bytes, full_square_flop;
} Step;

#define CONTEXT_OPS 4

// Ops of a layer whose cost follows the prefix or context.
typedef struct ContextOps {
    Op ops[CONTEXT_OPS];
    int count;
} ContextOps;

// Layers of one unit of work without attention, and what the first stage adds.
typedef struct StepUnit {
    LayerTime layers[MODEL_KINDS];
    ContextOps context[MODEL_KINDS];
    PartSums sums[MODEL_KINDS]; // without context ops
    PartCost first;
    Span handoffs[PLAN_STAGES]; // into each stage but the first
} StepUnit;

// What the last stage adds for a unit that ends a prompt, or for a decode step.
typedef struct StepEdges {
    PartCost last;
} StepEdges;

void step_new(Step *step, const Design *design, Breakdown *breakdown);

// The parts of step_new: what rests on the plan, and the sums.
void step_plan(Step *step, const Design *design);
void step_clear(Step *step);

void step_begin(Step *step, Phase phase, const Schedule *schedule);

// Costs the layers of a unit of work; `units` of its like enter the totals.
void step_unit(Step *step, const UnitOfWork *unit, double units, StepUnit *out);
void step_edges(Step *step, const UnitOfWork *unit, double units, StepEdges *out);

// A decode unit as a whole, attention over kv_len tokens included: taken from step->costs where it is known there, else
// worked out there or, without them, in `room`. step_count adds it to the totals: `units` of its like; hand-offs apart, which
// step_handoffs adds: those of `common` where it is known already (else NULL).
// step_whole works out any unit, a decode step with pieces of prompts too.
const UnitCost *step_cost(Step *step, const UnitOfWork *unit, double kv_len, double units,
                          UnitCost *room);
void step_whole(Step *step, const UnitOfWork *unit, double kv_len, double units, UnitCost *cost);
void step_count(Step *step, const UnitCost *cost, const UnitOfWork *unit, double units);
void step_handoffs(Step *step, const UnitOfWork *unit, double units, const PartCost *common,
                   Span out[]);

// One layer of each kind with attention over kv_len tokens; `counted` such units enter the totals.
void step_spans(Step *step, const StepUnit *unit, double kv_len, double counted,
                Span spans[MODEL_KINDS]);

// A pass that drafts a token, unit and edges costed with unit.draft; its attention goes over kv_len tokens.
Span step_draft(Step *step, const StepUnit *unit, const StepEdges *edges, double kv_len,
                double counted);

// Each stage's span for a unit; last may be NULL.
void step_stages(const Step *step, const Span spans[MODEL_KINDS], const Span *first,
                 const Span *last, Span stages[]);

// Notes the stages' work for the table.
void step_stages_seen(Step *step, const Pipeline *pipeline, double times);
void step_decode_stages_seen(Step *step, const Span stages[], const Span sends[], double times);

// Useful attention FLOP of the batch: queries per sequence, the last of kv_len tokens.
void step_attention_flop(Step *step, Phase phase, double queries, double kv_len);

void step_finish(Step *step, double tokens);

#ifdef __cplusplus
}
#endif
#endif
