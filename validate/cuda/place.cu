#include "validate/cuda/place.cuh"

#include "validate/cuda/plan.h"

#define PLACE_ALIGN   1024  // above what any kernel's vectors and copy engines ask
#define PLACE_RESERVE 512e6 // left to the libraries
#define PLACE_SHARE   0.95  // of what is free
#define MEGABYTE      1e6

static size_t stride_of(const Tensor &tensor) {
    // One more line, so that a tensor of nothing has an address, too.
    return (tensor.bytes() + PLACE_ALIGN) / PLACE_ALIGN * PLACE_ALIGN;
}

static bool rotates(const Tensor &tensor, bool layer) {
    return tensor.role == ROLE_OWN || (!layer && tensor.role != ROLE_SCRATCH);
}

// Bytes that each copy takes, and those that are there once.
static void sizes(const std::vector<CudaPart *> &parts, bool layer, double *each, double *once) {
    *each = *once = 0;
    for (const CudaPart *part : parts) {
        int times = layer ? part->task.times : 1;
        for (const Tensor &tensor : part->tensors)
            if (rotates(tensor, layer))
                *each += times * (double)stride_of(tensor);
            else
                *once += (double)stride_of(tensor);
    }
}

static RunStatus take(CudaDevice *device, CudaPlaces *places, Tensor *tensor, int copies,
                      Measurement *out) {
    void *block = NULL;
    tensor->copies = copies;
    tensor->stride = stride_of(*tensor);
    CUDA_TRY(cudaMalloc(&block, tensor->stride * (size_t)copies));
    places->blocks.push_back(block);
    tensor->base = static_cast<unsigned char *>(block);
    return RUN_MEASURED;
}

static Tensor *input_of(CudaPart *part) {
    for (Tensor &tensor : part->tensors)
        if (tensor.role == ROLE_INPUT)
            return &tensor;
    return NULL;
}

// Whether a part may read what the one before wrote.
static bool hands_on(const Tensor *from, const Tensor *to) {
    return from && to && from->element == to->element && from->count >= to->count;
}

static RunStatus place_part(CudaDevice *device, CudaPart *before, CudaPart *part, bool layer,
                            CudaPlaces *places, Measurement *out) {
    Tensor *from = layer && before ? before->result() : NULL;
    Tensor *to = input_of(part);
    part->copies = places->copies * (layer ? part->task.times : 1);
    for (Tensor &tensor : part->tensors) {
        if (&tensor == to && hands_on(from, to)) {
            tensor.base = from->base;
            tensor.stride = from->stride;
            tensor.copies = 1;
        } else {
            RUN_TRY(take(device, places, &tensor, rotates(tensor, layer) ? part->copies : 1, out));
        }
    }
    return RUN_MEASURED;
}

RunStatus cuda_place(CudaDevice *device, const std::vector<CudaPart *> &parts, bool layer,
                     CudaPlaces *places, Measurement *out) {
    size_t free_bytes = 0, total_bytes = 0;
    double each = 0, once = 0;
    CUDA_TRY(cudaMemGetInfo(&free_bytes, &total_bytes));
    double room = (double)free_bytes * PLACE_SHARE - PLACE_RESERVE;
    sizes(parts, layer, &each, &once);
    places->copy_bytes = each;
    places->copies = cuda_copies(each, device->cache_bytes, room - once);
    if (places->copies == 0)
        return cuda_refuse(out, RUN_OUT_OF_MEMORY, "needs %.0f MB, %.0f MB are free",
                           (each + once) / MEGABYTE, room / MEGABYTE);
    for (size_t i = 0; i < parts.size(); i++)
        RUN_TRY(place_part(device, i ? parts[i - 1] : NULL, parts[i], layer, places, out));
    return RUN_MEASURED;
}

void cuda_place_drop(CudaPlaces *places) {
    for (void *block : places->blocks)
        cudaFree(block);
    places->blocks.clear();
}

RunStatus cuda_fill_part(CudaDevice *device, CudaPart *part, Measurement *out) {
    RUN_TRY(part->fill(device, out));
    for (const Tensor &tensor : part->tensors) {
        if (tensor.role == ROLE_OUTPUT || tensor.role == ROLE_SCRATCH)
            continue;
        // Twice as many after each step.
        for (int done = 1; done < tensor.copies; done *= 2) {
            int more = tensor.copies - done < done ? tensor.copies - done : done;
            CUDA_TRY(cudaMemcpyAsync(tensor.base + (size_t)done * tensor.stride, tensor.base,
                                     (size_t)more * tensor.stride, cudaMemcpyDeviceToDevice,
                                     device->stream));
        }
    }
    CUDA_TRY(cudaStreamSynchronize(device->stream));
    return RUN_MEASURED;
}
