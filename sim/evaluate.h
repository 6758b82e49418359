// evaluate.h — a design's metrics: pure, allocation-free, about a microsecond.
//
//     evaluate ── machine_of ──> Machine
//        │── lower_layer ──> ops ── op_cost ──> OpCost ──> LayerTime     once a layer kind and unit size
//        │── attention again for each chunk or context; stages = layers of each kind
//        │── pipeline_pass / pipeline_loop ──> Span, interval
//        └── memory_of, memory_max_batch
#ifndef SIM_EVALUATE_H
#define SIM_EVALUATE_H

#include "sim/memory.h"
#include "sim/metrics.h"
#include "sim/pipeline.h"
#include "sim/span.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BREAKDOWN_ROWS   192
#define BREAKDOWN_CHUNKS 64

// One op of the table that explain prints, summed over the whole workload on the fullest chip of a stage.
typedef struct BreakdownRow {
    Op op;       // shape of the first unit of work
    OpCost cost; // of the first unit of work
    // "dense layer", "expert layer", "local layer", "first stage", "last stage", "between stages", "draft input", "draft layer",
    // "draft head"
    const char *where;
    Phase phase;                  // prefill or decode part of a generate
    double layers;                // of the network that run it
    double units;                 // units of work a layer sees (decode: a token's share)
    double flop;                  // useful, all chips
    double hbm_bytes, comm_bytes; // all chips
    double matrix_s, vector_s, memory_s, link_s, overhead_s; // summed over layers and units
    double time_s;                                           // engines overlapped
} BreakdownRow;

typedef struct Breakdown {
    BreakdownRow rows[BREAKDOWN_ROWS];
    int row_count;
    Memory memory;
    Machine machine;
    double flop_by_math[MATH_COUNT]; // useful, all chips
    double executed_by_math[MATH_COUNT];
    double useful_hbm_bytes; // numerator of MBU, all chips
    double full_square_flop; // flop with unmasked attention squares counted whole
    double tokens;           // counted in tokens_per_s
    int units;               // of work a dp group passes through the stages (prefill, or decode)
    int micro_batches;
    int stages;
    double stage_s[PLAN_STAGES]; // work of each stage in the step (prefill part of a generate)
    double handoff_s;            // between two stages, one unit
    PipelineTrace trace;         // of a prefill over stages: its first units; last, as it is large
} Breakdown;

// breakdown may be NULL. The design must have passed design_check.
void evaluate(const Design *design, Metrics *metrics, Breakdown *breakdown);

#ifdef __cplusplus
}
#endif
#endif
