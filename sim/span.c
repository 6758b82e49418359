#include "sim/span.h"

#include <math.h>

// What a kernel of time_s may be off by.
static inline void add_doubt(LayerTime *layer, Span *span, const OpCost *cost, double time_s) {
    bool goes_on = cost->kernel == layer->run_kernel;
    layer->below_squares += goes_on ? 0 : layer->run_below_s * layer->run_below_s;
    layer->above_squares += goes_on ? 0 : layer->run_above_s * layer->run_above_s;
    layer->run_below_s = cost->below * time_s + (goes_on ? layer->run_below_s : 0);
    layer->run_above_s = cost->above * time_s + (goes_on ? layer->run_above_s : 0);
    layer->run_kernel = cost->kernel;
    span->doubt_s += cost->doubt * time_s;
}

void layer_time_add(LayerTime *layer, const OpCost *cost) {
    double fixed = cost->overhead_s, link = cost->link_s;
    if (cost->link_s > 0) {
        add_doubt(layer, &layer->comm, cost, link + fixed);
        layer->comm.comm_s += link;
        layer->comm.overhead_s += fixed;
        layer->comm.best_s += link + fixed;
        layer->comm.worst_s += link + fixed;
        return;
    }
    // Which engine binds is hard to foresee, so it is selected without a branch.
    double compute = cost->matrix_s > cost->vector_s ? cost->matrix_s : cost->vector_s;
    double memory = cost->memory_s;
    double longest = compute >= memory ? compute : memory;
    double computing = compute >= memory ? longest : 0;
    Span *work = &layer->work;
    work->compute_s += computing;
    work->memory_s += longest - computing;
    work->overhead_s += fixed;
    add_doubt(layer, work, cost, longest + fixed);
    work->best_s += longest + fixed;
    work->worst_s += cost->matrix_s + cost->vector_s + memory + fixed - cost->apart_saving_s;
}

static void scale(Span *span, double by) {
    span->compute_s *= by;
    span->memory_s *= by;
    span->comm_s *= by;
    span->overhead_s *= by;
    span->doubt_s *= by;
}

Span layer_time_span(const LayerTime *layer, double overlap) {
    Span work = layer->work, comm = layer->comm;
    double best = work.best_s > comm.best_s ? work.best_s : comm.best_s;
    double worst = work.worst_s + comm.worst_s;
    double apart_s = span_s(&work) + span_s(&comm);
    if (overlap > 0)
        scale(span_s(&work) < span_s(&comm) ? &work : &comm, 1 - overlap);
    span_add(&work, &comm, 1);
    work.best_s = best;
    work.worst_s = worst;
    double below_squares = layer->below_squares + layer->run_below_s * layer->run_below_s;
    double above_squares = layer->above_squares + layer->run_above_s * layer->run_above_s;
    if (above_squares > 0) {
        double left = span_s(&work) / apart_s; // by overlap
        work.below_s = sqrt(below_squares) * left;
        work.above_s = sqrt(above_squares) * left;
    }
    return work;
}

void span_later(Span *a, const Span *b) {
    double best = a->best_s > b->best_s ? a->best_s : b->best_s;
    double worst = a->worst_s > b->worst_s ? a->worst_s : b->worst_s;
    if (span_s(b) > span_s(a))
        *a = *b;
    a->best_s = best;
    a->worst_s = worst;
}
