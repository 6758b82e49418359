// all_reduce, all_gather, reduce_scatter, all_to_all over the machine's GPUs.
#include "validate/cuda_part.cuh"

namespace {

struct Collective : CudaPart {
    RunStatus plan(CudaDevice *device, Measurement *out) override {
        int count = 0;
        CUDA_TRY(cudaGetDeviceCount(&count));
        if (count < task.ranks || task.ranks < 2)
            return cuda_refuse(out, RUN_UNSUPPORTED, "%d ranks want as many GPUs, here are %d",
                               task.ranks, count);
        return cuda_refuse(out, RUN_UNSUPPORTED, "collectives are not run yet");
    }
    RunStatus fill(CudaDevice *, Measurement *) override {
        return RUN_UNSUPPORTED;
    }
    RunStatus choose(CudaDevice *, Measurement *) override {
        return RUN_UNSUPPORTED;
    }
    RunStatus launch(CudaDevice *, int, Measurement *) override {
        return RUN_UNSUPPORTED;
    }
    Probe probe(long) const override {
        return Probe();
    }
};

} // namespace

CudaPart *cuda_part_collective(void) {
    return new Collective;
}
