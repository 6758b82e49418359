#include "sim/pipeline.h"

#include <string.h>

void pipeline_begin(Pipeline *pipeline, int stages) {
    pipeline->stages = stages;
    memset(pipeline->end, 0, (size_t)stages * sizeof(Span));
    memset(pipeline->arrive, 0, (size_t)stages * sizeof(Span));
    memset(pipeline->busy_s, 0, (size_t)stages * sizeof(double));
    memset(pipeline->link_s, 0, (size_t)stages * sizeof(double));
}

void pipeline_pass(Pipeline *pipeline, const Span t[], const Span handoffs[]) {
    for (int s = 0; s < pipeline->stages; s++) {
        Span *end = &pipeline->end[s];
        if (s > 0) {
            Span *arrive = &pipeline->arrive[s];
            span_later(arrive, &pipeline->end[s - 1]);
            span_add(arrive, &handoffs[s], 1);
            pipeline->link_s[s] += span_s(&handoffs[s]);
            span_later(end, arrive);
        }
        span_add(end, &t[s], 1);
        pipeline->busy_s[s] += span_s(&t[s]);
    }
}

void pipeline_trace(const Pipeline *pipeline, const Span t[], const Span handoffs[],
                    PipelineTrace *trace) {
    if (trace->units == TRACE_UNITS)
        return;
    for (int s = 0; s < pipeline->stages; s++) {
        double end_s = span_s(&pipeline->end[s]);
        double arrived_s = s > 0 ? span_s(&pipeline->arrive[s]) : 0;
        trace->at[trace->units][s].begin_s = end_s - span_s(&t[s]);
        trace->at[trace->units][s].end_s = end_s;
        trace->at[trace->units][s].sent_s = s > 0 ? arrived_s - span_s(&handoffs[s]) : 0;
        trace->at[trace->units][s].arrived_s = arrived_s;
    }
    trace->units++;
}

Span pipeline_span(const Pipeline *pipeline) {
    return pipeline->end[pipeline->stages - 1];
}

double pipeline_interval_s(const Pipeline *pipeline) {
    double interval = 0;
    for (int s = 0; s < pipeline->stages; s++) {
        interval = pipeline->busy_s[s] > interval ? pipeline->busy_s[s] : interval;
        interval = pipeline->link_s[s] > interval ? pipeline->link_s[s] : interval;
    }
    return interval;
}

Span pipeline_mixed_loop(int stages, const Span t[], const Span rest[], const Span handoffs[],
                         int micro_batches) {
    Span through = t[0], busiest = {0};
    for (int s = 0; s < stages; s++) {
        Span work = t[s];
        span_add(&work, &rest[s], micro_batches - 1);
        span_later(&busiest, &work);
        if (s == 0)
            continue;
        Span sent = {0};
        span_add(&sent, &handoffs[s], micro_batches);
        span_later(&busiest, &sent);
        span_add(&through, &t[s], 1);
        span_add(&through, &handoffs[s], 1);
    }
    span_later(&busiest, &through);
    return busiest;
}

Span pipeline_loop(int stages, const Span t[], const Span handoffs[], int micro_batches) {
    Span through = t[0], busiest = t[0];
    for (int s = 1; s < stages; s++) {
        span_later(&busiest, &t[s]);
        span_later(&busiest, &handoffs[s]);
        span_add(&through, &t[s], 1);
        span_add(&through, &handoffs[s], 1);
    }
    Span round = {0};
    span_add(&round, &busiest, micro_batches);
    span_later(&round, &through);
    return round;
}
