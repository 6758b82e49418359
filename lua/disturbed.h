// disturbed.h — the last word of a run in rounds: whether the machine was quiet, and which rows it was not for.
#ifndef LUA_DISTURBED_H
#define LUA_DISTURBED_H

#include "lua/validation.h"

#ifdef __cplusplus
extern "C" {
#endif

// "quiet: ..." or "disturbed: N of M rows, by ..." after a table of these rows with the figures of their two fastest rounds;
// nothing where no row has several rounds.
void disturbed_print(const Validation *validation);

// Its last line. things: what is counted, "rows"; fate: what became of the disturbed ones.
void disturbed_sum(const int counts[VERDICT_COUNT], const char *things, const char *fate);

#ifdef __cplusplus
}
#endif
#endif
