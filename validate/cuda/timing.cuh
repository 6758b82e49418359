// cuda/timing.cuh — launches captured in graphs and timed by events.
#ifndef VALIDATE_CUDA_TIMING_CUH
#define VALIDATE_CUDA_TIMING_CUH

#include <functional>

#include "validate/cuda/part.cuh"
#include "validate/cuda/plan.h"

typedef std::function<RunStatus(int launch)> Enqueue; // enqueues launch number `launch`

// A graph of launches first .. first + count - 1. The caller destroys it.
RunStatus cuda_capture(CudaDevice *device, const Enqueue &enqueue, int first, int count,
                       cudaGraphExec_t *graph, Measurement *out);

// Seconds from before to after one replay. It waits for the end.
RunStatus cuda_replay_time(CudaDevice *device, cudaGraphExec_t graph, double *seconds,
                           Measurement *out);

// Seconds of one launch, roughly: the best of a few replays over as many copies as there are.
RunStatus cuda_estimate(CudaDevice *device, const Enqueue &enqueue, int copies, double *seconds,
                        Measurement *out);

// Graphs for samples of one kind, made at the first and destroyed by timing_drop.
struct CudaTiming {
    std::vector<cudaGraphExec_t> graphs;
    int launches; // in each
    size_t next;
    bool watched; // energy and clocks were taken
};

RunStatus cuda_timing_make(CudaDevice *device, CudaTiming *timing, const Enqueue &enqueue,
                           int copies, Measurement *out);
// Mean seconds of one launch over one replay.
RunStatus cuda_timing_sample(CudaDevice *device, CudaTiming *timing, double *seconds,
                             Measurement *out);
void cuda_timing_drop(CudaTiming *timing);

// Runs graphs for a quarter of a second and takes clocks, temperature, power, energy of a launch, throttle reasons.
RunStatus cuda_timing_watch(CudaDevice *device, CudaTiming *timing, Measurement *out);

#endif
