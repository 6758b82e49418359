// workload.h — what is asked of the network: phase, batch and lengths.
//
// Speculative decoding: a decode step verifies `draft` guessed tokens beside the next one, so that it runs the network on
// 1 + g tokens a sequence and reads weights and cache once. A guess holds with probability a, each independently given that
// those before it did; the first that fails is replaced by the network's own token. A step then makes
//     E = 1 + a + ... + a^g = (1 - a^(g+1)) / (1 - a)
// tokens a sequence on average (Leviathan, Kalman, Matias 2023, "Fast inference from transformers via speculative decoding",
// eq. 1). All that decode reports is per token of a sequence: a step's time, work and bytes over E.
//
// Serving is the steady state of a closed loop: `batch` sequences always in flight, each finished one replaced at once by
// one of the same lengths (sim/serve.h).
#ifndef ARCH_WORKLOAD_H
#define ARCH_WORKLOAD_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WORKLOAD_DRAFT 16 // most guessed tokens of a step

// Tokens that a step of a serving engine takes at most: vLLM's and TensorRT-LLM's default for large GPUs.
#define WORKLOAD_TOKEN_BUDGET 8192

typedef enum Phase { PHASE_PREFILL, PHASE_DECODE, PHASE_GENERATE, PHASE_SERVE, PHASE_COUNT } Phase;

extern const char *const PHASE_WORDS[];

// How prompts meet decode: their pieces share its steps, or take steps of their own, in which decode waits.
typedef enum Prompts { PROMPTS_MIXED, PROMPTS_APART, PROMPTS_COUNT } Prompts;

extern const char *const PROMPTS_WORDS[];

typedef struct Workload {
    Phase phase;
    int batch;  // sequences over all chips
    int prompt; // tokens of a prompt, the cached prefix included
    int prefix; // of them already in the cache
    int context; // decode: KV length that the step reads, the new token included; drafted ones follow it
    int output;       // generate, serve: tokens produced a sequence
    int token_budget; // serve: tokens that a step of a dp group takes at most, prompts' and decode's
    int prompts;      // serve: Prompts
    int draft;        // decode: tokens guessed a step and sequence; 0: none
    double acceptance; // probability that a guess holds, given that those before it did
} Workload;

// Tokens guessed a decode step; a prefill has none.
int workload_draft(const Workload *work);

// E: tokens that a decode step makes of a sequence.
double workload_step_tokens(const Workload *work);

#ifdef __cplusplus
}
#endif
#endif
