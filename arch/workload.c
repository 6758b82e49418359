#include "arch/workload.h"

#include <stddef.h>

const char *const PHASE_WORDS[] = {"prefill", "decode", "generate", "serve", NULL};
const char *const PROMPTS_WORDS[] = {"mixed", "apart", NULL};

int workload_draft(const Workload *work) {
    return work->phase == PHASE_PREFILL ? 0 : work->draft;
}

double workload_step_tokens(const Workload *work) {
    double tokens = 1, held = 1;
    for (int i = 0; i < workload_draft(work); i++)
        tokens += held *= work->acceptance;
    return tokens;
}
