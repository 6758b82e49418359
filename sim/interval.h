// interval.h — the 90 % intervals of a prediction.
//
//     low  = time exp(-sqrt(ln(1 - below / time)^2 + engine's ln^2))      below, above: what its kernels may be off by (span.h)
//     high = time exp( sqrt(ln(1 + above / time)^2 + engine's ln^2))      engine's: residuals of hw/engine.h, none without one
// The time to the first token and that of the others err together, so that the ends of the whole are the sums of theirs.
#ifndef SIM_INTERVAL_H
#define SIM_INTERVAL_H

#include "hw/engine.h"
#include "sim/metrics.h"
#include "sim/span.h"

#ifdef __cplusplus
extern "C" {
#endif

// Of the times to the first token and from there to the last one, `steps` tokens later; either is NULL where the phase has
// none. Nothing is set where the kernels' errors are not known.
void interval_fill(Metrics *metrics, const Engine *engine, const Span *first, const Span *rest,
                   double steps);

#ifdef __cplusplus
}
#endif
#endif
