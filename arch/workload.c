#include "arch/workload.h"

#include <stddef.h>

const char *const PHASE_WORDS[] = {"prefill", "decode", "generate", NULL};
