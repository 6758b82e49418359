// prefill, decode, rotary: the kernels of cuda/attention.h as parts.
#include "validate/cuda/part.cuh"

#if __has_include("validate/cuda/attention.h")
#include "validate/cuda/attention.h"

#include <stdio.h>

#include "validate/cuda/fill.cuh"

namespace {

struct Attention : CudaPart {
    CudaAttention attention;
    int tensor_of[ATTENTION_BUFFERS]; // -1: none

    Attention() : attention() {}

    static Role role_of(AttentionRole role) {
        return role == ATTENTION_INPUT     ? ROLE_INPUT
               : role == ATTENTION_OWN     ? ROLE_OWN
               : role == ATTENTION_WRITTEN ? ROLE_OUTPUT
                                           : ROLE_SCRATCH;
    }

    static Element element_of_bytes(size_t bytes) {
        return bytes == 1 ? ELEMENT_E4M3 : bytes == 2 ? ELEMENT_BF16 : ELEMENT_F32;
    }

    RunStatus plan(CudaDevice *device, Measurement *out) override {
        AttentionDevice about = {device->multiprocessors, device->major, device->minor, 0,
                                 device->cache_bytes};
        CUDA_TRY(cudaDeviceGetAttribute(&about.shared_bytes,
                                        cudaDevAttrMaxSharedMemoryPerBlockOptin, device->number));
        RUN_TRY(cuda_attention_plan(&attention, &task, &about, NULL, out));
        for (int i = 0; i < ATTENTION_BUFFERS; i++) {
            tensor_of[i] = -1;
            if (attention.roles[i] == ATTENTION_ABSENT)
                continue;
            size_t each = cuda_attention_element(&attention, (AttentionBuffer)i);
            Element element = element_of_bytes(each); // of 8 bytes: two of 4
            tensor_of[i] = (int)tensors.size();
            want(role_of(attention.roles[i]), element,
                 attention.bytes[i] / (element_bits(element) / 8));
        }
        return RUN_MEASURED;
    }

    AttentionBuffers buffers(int copy) const {
        AttentionBuffers list = {};
        for (int i = 0; i < ATTENTION_BUFFERS; i++)
            if (tensor_of[i] >= 0)
                list.at[i] = tensors[(size_t)tensor_of[i]].at<void>(copy);
        return list;
    }

    RunStatus fill(CudaDevice *device, Measurement *out) override {
        AttentionBuffers list = buffers(0);
        return cuda_attention_fill(&attention, &list, seed, device->stream, out);
    }

    RunStatus choose(CudaDevice *, Measurement *out) override {
        snprintf(out->kernel, sizeof out->kernel, "chipfit %.80s", attention.name);
        return RUN_MEASURED;
    }

    RunStatus launch(CudaDevice *device, int copy, Measurement *out) override {
        AttentionBuffers list = buffers(copy);
        return cuda_attention_launch(&attention, &list, device->stream, out);
    }

    // Of rotary the turned queries, not the cache.
    Tensor *result() override {
        int output = tensor_of[ATTENTION_OUTPUT];
        return output >= 0 ? &tensors[(size_t)output] : NULL;
    }

    Probe probe(long place) const override {
        size_t element = 0;
        AttentionBuffer buffer = cuda_attention_place(&attention, seed, place, &element);
        const Tensor &tensor = tensors[(size_t)tensor_of[buffer]];
        return Probe{tensor.base, NULL, element, 0, tensor.element, ELEMENT_F32};
    }
};

} // namespace

CudaPart *cuda_part_attention(void) {
    return new Attention;
}
#else
CudaPart *cuda_part_attention(void) {
    return NULL;
}
#endif
