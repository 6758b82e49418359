// cuda/place.cuh — device memory for the tensors of parts: of a kernel by itself, or of a layer's, one handing on to the next.
//
// By itself every operand has as many copies as a cold rotation needs. In a layer only what is a part's own (weights, caches)
// has; activations lie once, and a part reads what the part before it wrote where the two are of one kind.
#ifndef VALIDATE_CUDA_PLACE_CUH
#define VALIDATE_CUDA_PLACE_CUH

#include "validate/cuda/part.cuh"

struct CudaPlaces {
    std::vector<void *> blocks;
    int copies;        // of the kernel's operands, or of the layer's weights
    double copy_bytes; // of each
};

// RUN_OUT_OF_MEMORY before anything is allocated, where it cannot fit.
RunStatus cuda_place(CudaDevice *device, const std::vector<CudaPart *> &parts, bool layer,
                     CudaPlaces *places, Measurement *out);
void cuda_place_drop(CudaPlaces *places);

// Fills copy 0 and makes the other copies like it.
RunStatus cuda_fill_part(CudaDevice *device, CudaPart *part, Measurement *out);

#endif
