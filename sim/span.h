// span.h — a stretch of time on the critical path, split by the engine that binds it.
//
// compute + memory + comm + overhead is its length; best_s and worst_s are the same stretch at the two ends of overlap:
// everything hidden behind the slowest engine, nothing hidden at all.
#ifndef SIM_SPAN_H
#define SIM_SPAN_H

#include "sim/machine.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Span {
    double compute_s, memory_s, comm_s, overhead_s;
    double best_s, worst_s;
    double below_s,
        above_s; // how far it may lie below and above (90 %): what repeats errs alike, so that these add up
    double doubt_s; // of kernels far from measured shapes
} Span;

static inline double span_s(const Span *span) {
    return span->compute_s + span->memory_s + span->comm_s + span->overhead_s;
}

// a += b x times
static inline void span_add(Span *a, const Span *b, double times) {
    a->compute_s += b->compute_s * times;
    a->memory_s += b->memory_s * times;
    a->comm_s += b->comm_s * times;
    a->overhead_s += b->overhead_s * times;
    a->best_s += b->best_s * times;
    a->worst_s += b->worst_s * times;
    a->below_s += b->below_s * times;
    a->above_s += b->above_s * times;
    a->doubt_s += b->doubt_s * times;
}

// a becomes the later of two spans; each end of overlap follows its own clock.
void span_later(Span *a, const Span *b);

// Engines' times of the ops of a layer, gathered before overlap is applied.
typedef struct LayerTime {
    Span work; // ops on the chip: engines inside an op overlap perfectly
    Span comm; // collectives and dispatches
    // Kernels of a layer err independently: the squares of how far each may lie below and above. Those of one class that
    // follow each other, as in a block of experts, err together: they add up first.
    double below_squares, above_squares;
    double run_below_s, run_above_s;
    int run_kernel;
} LayerTime;

void layer_time_add(LayerTime *layer, const OpCost *cost);

// Joins work and communication: overlap 0 adds them up, 1 leaves the longer, between is linear; what is hidden is
// taken from the shorter side in proportion.
Span layer_time_span(const LayerTime *layer, double overlap);

// The overlap that leaves as much where hidden_s of the communication, at most the shorter side, runs beside work whatever
// the plan's: (1 - overlap) (work + comm - hidden) + overlap max(work, comm).
static inline double layer_time_overlap(const LayerTime *layer, double overlap, double hidden_s) {
    if (hidden_s == 0)
        return overlap;
    double work_s = span_s(&layer->work), comm_s = span_s(&layer->comm);
    double shorter_s = work_s < comm_s ? work_s : comm_s;
    return 1 - (1 - overlap) * (shorter_s > hidden_s ? 1 - hidden_s / shorter_s : 0);
}

#ifdef __cplusplus
}
#endif
#endif
