// scan.h — time of a state layer's recurrence: chunk by chunk as matmuls in prefill, state read and written in decode.
//
//     decode   bytes = sequences x (states read once and written after each token, which undoes rejected drafts + keys, values,
//              output), flop on the vector unit
//     prefill  per token and head, chunks of C = 64: 2 C (key_dim + value_dim) inside the chunk, 4 key_dim value_dim through
//              the state; the delta rule adds 2 C key_dim + 2 key_dim value_dim. Dao, Gu 2024 (Mamba-2), sec. 6; Yang et al.
//              2024 (DeltaNet), sec. 3.
#ifndef SIM_SCAN_H
#define SIM_SCAN_H

#include "sim/fit.h"

#ifdef __cplusplus
extern "C" {
#endif

OpCost scan_cost(const Machine *machine, const Fit *fit, const ScanShape *shape);

#ifdef __cplusplus
}
#endif
#endif
