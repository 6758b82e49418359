// host/probe.h — what the host's cores and memory reach: peaks that its chip file lists, found by running.
//
// Each rate is the best of several runs, as a datasheet's is: what kernels sustain of it is for the profile to say.
#ifndef VALIDATE_HOST_PROBE_H
#define VALIDATE_HOST_PROBE_H

#include "validate/backend.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HOST_PROBE_SIZES 24

// All threads together read so many bytes, again and again.
typedef struct HostProbeSize {
    double bytes;
    double read_bytes_per_s;
} HostProbeSize;

typedef struct HostProbe {
    Device about;
    double clock_hz;               // of a core at work
    double flop_per_s[MATH_COUNT]; // 0: oneDNN has no such matmul here
    char shape[MATH_COUNT][32];    // m x n x k that reached it
    double vector_flop_per_s;      // multiply-adds in registers, 2 each
    double special_per_s;          // exponentials
    HostProbeSize sizes[HOST_PROBE_SIZES];
    int size_count;
    double store_bytes_per_s;                                     // of half the last-level cache
    double read_bytes_per_s, copy_bytes_per_s, triad_bytes_per_s; // of memory
} HostProbe;

// Takes about six seconds. device: opened by HOST_BACKEND, as is `about`. false: a kernel failed.
bool host_probe(void *device, const Device *about, HostProbe *probe, Error *err);

#ifdef __cplusplus
}
#endif
#endif
