// pipeline.h — units of work through the stages of a pipeline, by the exact recurrence.
//
//     end(u, s) = max( end(u-1, s), arrive(u, s) ) + t(u, s)
//     arrive(u, s) = max( end(u, s-1), arrive(u-1, s) ) + handoff(u, s)  links carry one message at a time
// The time is end(last, last). The row of stages is all that is kept, so nothing is allocated.
#ifndef SIM_PIPELINE_H
#define SIM_PIPELINE_H

#include "arch/plan.h"
#include "sim/span.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Pipeline {
    int stages;
    Span end
        [PLAN_STAGES]; // when the stage ends its last unit, with the critical path that led there
    Span arrive[PLAN_STAGES];   // when the stage received its last unit
    double busy_s[PLAN_STAGES]; // sum of t(u, s)
    double link_s[PLAN_STAGES]; // sum of handoff(u, s) into stage s
} Pipeline;

// Who works when, for those who draw it: of the first units, when each stage began and ended them, and when they were sent to it
// and arrived (the first stage: never).
#define TRACE_UNITS 64

typedef struct PipelineTrace {
    int units;
    struct {
        double begin_s, end_s, sent_s, arrived_s;
    } at[TRACE_UNITS][PLAN_STAGES];
} PipelineTrace;

void pipeline_begin(Pipeline *pipeline, int stages);

// Passes one unit: t[s] of each stage, and handoffs[s] into stage s (the first is not used).
void pipeline_pass(Pipeline *pipeline, const Span t[], const Span handoffs[]);

// Notes the unit that was passed last; beyond TRACE_UNITS none.
void pipeline_trace(const Pipeline *pipeline, const Span t[], const Span handoffs[],
                    PipelineTrace *trace);

// The whole span, and the least interval at which the same work can follow: the busiest stage or link.
Span pipeline_span(const Pipeline *pipeline);
double pipeline_interval_s(const Pipeline *pipeline);

// Closed loop of `micro_batches` equal units that return to the first stage after the last: the time of one round is
// the greater of one unit's way through all stages and the busiest stage's (or link's) work on all units.
Span pipeline_loop(int stages, const Span t[], const Span handoffs[], int micro_batches);

// The same where one unit takes t and the others `rest` each: they queue behind the slow one.
Span pipeline_mixed_loop(int stages, const Span t[], const Span rest[], const Span handoffs[],
                         int micro_batches);

#ifdef __cplusplus
}
#endif
#endif
