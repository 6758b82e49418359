// serve.h — the serve workload: a closed loop of `batch` sequences in steady state, prompts beside decode.
//
//     Loop (sim/loop.h) ── shares of steps without, with some and full of prompts' tokens ──> units of work ── costs ──> times
// A step is as long as the longest of those that wait for each other: micro-batches in the stages of a pipeline, and dp groups
// that share experts. With F_i the chance that a step is of state i or below, N such parties, and R_i the round in which the
// largest is in state i:
//     tpot  = sum_i (F_i^N - F_(i-1)^N) R_i          over the tokens that a step makes of a sequence
//     ttft  = the step that runs + (n - 1) full steps + the step in which its prompt ends
//     time  = ttft + (output - 1) tpot = interval    in which as many sequences end as are in flight (Little 1961)
#ifndef SIM_SERVE_H
#define SIM_SERVE_H

#include "sim/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ServeTime {
    Span ttft, time;
} ServeTime;

ServeTime serve_phase(Step *step);

#ifdef __cplusplus
}
#endif
#endif
