// json.h — designs and metrics as JSON text: the one writer behind explain --json and predict.
//
// Functions named *_members append "key":value pairs without braces, so that callers can put more beside them.
#ifndef LUA_JSON_H
#define LUA_JSON_H

#include "sim/base/text.h"
#include "sim/evaluate.h"

// Every key of METRICS_TABLE in its order; NaN as null.
void json_metrics_members(Text *out, const Metrics *metrics);

// {"tp":8,"cp":1,...,"chips":8}, with the stages' layers, chunk and micro-batches where the plan sets them.
void json_plan(Text *out, const Plan *plan);

// "chip", "system", "model", "phase", the workload's lengths, "plan" and "formats".
void json_design_members(Text *out, const Design *design);

// "memory" of the fullest chip and "ops", a list of objects in the order of the breakdown.
void json_breakdown_members(Text *out, const Breakdown *breakdown);

// The op's sizes as one text: "4096x28672x8192" is m x n x k.
void json_shape_text(const Op *op, char *text, int size);

// {"error": ..., "hint": ..., "line": N}; id: JSON text to echo, or NULL.
void json_error(Text *out, const Error *err, const char *id, long long line);

#endif
