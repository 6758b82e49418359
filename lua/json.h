// json.h — designs and metrics as JSON text: the one writer behind explain --json and predict.
//
// Functions named *_members append "key":value pairs without braces, so that callers can put more beside them.
#ifndef LUA_JSON_H
#define LUA_JSON_H

#include "sim/base/text.h"
#include "sim/evaluate.h"
#include "sim/request.h"

// Every key of METRICS_TABLE in its order; NaN as null.
void json_metrics_members(Text *out, const Metrics *metrics);

// The answer of predict: the metrics, and what the request left to the program: "plan", "batch".
void json_answer_members(Text *out, const Request *request, const Design *design,
                         const Metrics *metrics);

// {"tp":8,"cp":1,...,"chips":8}, with the stages' layers, chunk and micro-batches where the plan sets them.
void json_plan(Text *out, const Plan *plan);

// "chip", "system", "model", "phase", the workload's lengths, "plan" and "formats" with the arithmetic ("matmul").
void json_design_members(Text *out, const Design *design);

// "memory" of the fullest chip, "ops", a list of objects in the order of the breakdown, and with several stages
// "stage_s", the work of each.
void json_breakdown_members(Text *out, const Design *design, const Breakdown *breakdown);

// The sizes of a row's op as one text: "4096x28672x8192" is m x n x k. Of the first unit of work; what follows the
// context is shown as far as it goes: "1x1024 on 1024..32768, h 8/1".
void json_shape_text(const BreakdownRow *row, const Workload *work, char *text, int size);

// {"error": ..., "hint": ..., "line": N}; id: JSON text to echo, or NULL.
void json_error(Text *out, const Error *err, const char *id, long long line);

#endif
