// why.h — the formula behind a metric with its inputs substituted, their units and sources.
//
// Formulas stand in METRICS_TABLE (`formula`), written over names: metrics' keys and the symbols of the breakdown (chips,
// tokens, peak_bf16, flop_bf16, bandwidth, ...: symbols.h). Every name in a formula is printed with its value, unit and
// source. Metrics without one are worked out from the breakdown (worked.h).
#ifndef LUA_WHY_H
#define LUA_WHY_H

#include "sim/base/text.h"
#include "sim/evaluate.h"

// What an explanation is about.
typedef struct Why {
    const Design *design;
    const Metrics *metrics;
    const Breakdown *breakdown;
} Why;

// Appends the explanation of `metric`; an unknown one is an error with the nearest name.
bool why_text(Text *out, const char *metric, const Why *why, Error *err);

// The same as {"metric","value","unit","meaning","formula","expanded","substituted","inputs":[{name,value,unit,meaning,source}],
// "rule","worked"}; formula is null where there is none and where the metric is null.
bool why_json(Text *out, const char *metric, const Why *why, Error *err);

// The metric as its formula gives it; false when it has none.
bool why_value(const char *metric, const Why *why, double *value, Error *err);

#endif
