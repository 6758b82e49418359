// workload.h — what is asked of the network: phase, batch and lengths.
#ifndef ARCH_WORKLOAD_H
#define ARCH_WORKLOAD_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum Phase { PHASE_PREFILL, PHASE_DECODE, PHASE_GENERATE, PHASE_COUNT } Phase;

extern const char *const PHASE_WORDS[];

typedef struct Workload {
    Phase phase;
    int batch;   // sequences over all chips
    int prompt;  // tokens of a prompt, the cached prefix included
    int prefix;  // of them already in the cache
    int context; // decode: KV length that the step reads, the new token included
    int output;  // generate: tokens produced a sequence
} Workload;

#ifdef __cplusplus
}
#endif
#endif
