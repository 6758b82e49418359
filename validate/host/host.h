// host/host.h — the host's own cores as a backend: matmuls by oneDNN, everything else by our own threaded loops.
//
// Threads: one a core that the process may use (host/team.h). Weights are packed before timing. Formats: fp32, bf16, int8
// (and what dequantise reads); what the processor's vector units do not multiply is RUN_UNSUPPORTED. Cold: operands in
// rotation, four times as large together as the last-level caches; of a layer only weights and caches rotate.
#ifndef VALIDATE_HOST_HOST_H
#define VALIDATE_HOST_HOST_H

#include "validate/backend.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const Backend HOST_BACKEND;

#ifdef __cplusplus
}
#endif
#endif
