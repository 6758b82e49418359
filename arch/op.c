#include "arch/op.h"

const char *const OP_KIND_WORDS[] = {"matmul",     "grouped matmul", "attention", "elementwise",
                                     "collective", "dispatch",       "send",      NULL};

const char *const COLLECTIVE_WORDS[] = {"all_reduce", "all_gather", "reduce_scatter", "all_to_all",
                                        NULL};
