// engine.h — what a serving engine adds to its kernels: constants of its host side, and its habits. Data: hw/engines/*.lua.
//
//     step = max(kernels (1 + work_share), launch_s x layers where kernels are launched one by one) + step_s
//            + sequence_s x decoding sequences + prompt_token_s x tokens of prompts + prompt_step_s where there are any
// Where decode replays a graph, launches bind steps with prompts only. Design.engine NULL is the ideal: nothing is added.
#ifndef HW_ENGINE_H
#define HW_ENGINE_H

#include "hw/chip.h"
#include "sim/base/field.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ENGINE_ALIASES 8

typedef struct Engine {
    const char *name;
    const char *title;
    const char *aliases[ENGINE_ALIASES];
    int alias_count;
    Source from;
    int token_budget;      // of a step; 0: the workload's default
    int prompts;           // Prompts of arch/workload.h
    double kv_reserved;    // share of the output's room in the cache that admission holds free
    bool graphs;           // decode steps replay a graph
    double launch_s;       // host time a layer where kernels are launched one by one
    double step_s;         // scheduling, sampling, one round of the host
    double sequence_s;     // a decoding sequence in a step
    double prompt_step_s;  // a step that holds prompts
    double prompt_token_s; // a token of prompts
    double request_s;      // a request's way to the queue and its first token's back
    double work_share;     // kernels that a model of the bare network leaves out, over those in it
    // By how much times may lie below and above predicted ones beside what kernels are off by: natural logarithms, 90 %.
    double ttft_doubt, tpot_doubt;
    double hbm_reserve; // share of the chip's stated memory that the engine leaves alone
    const char *origin; // file it was read from; set by the reader
} Engine;

extern const FieldTable ENGINE_TABLE;

#ifdef __cplusplus
}
#endif
#endif
