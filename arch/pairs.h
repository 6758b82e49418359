// pairs.h — (query, key) pairs that a mask leaves: attention's work, and the keys that it reads.
#ifndef ARCH_PAIRS_H
#define ARCH_PAIRS_H

#include "arch/model.h"

#ifdef __cplusplus
extern "C" {
#endif

// (Query, key) pairs of one sequence that a causal mask and a window leave: q new tokens, the last of kv_len.
// s p + s (s + 1)/2 without a window.
double attention_pairs(double q_len, double kv_len, double window);

// The same for a kind of layer. A decode step of a chunked layer sees the mean over a chunk once the first is full.
double mixer_pairs(const Model *model, const LayerKind *kind, double q_len, double kv_len,
                   bool decode);

// Keys that a query sees on average where it stands evenly at first .. last, at most `window` (0: all).
double mean_keys(double first, double last, double window);

#ifdef __cplusplus
}
#endif
#endif
