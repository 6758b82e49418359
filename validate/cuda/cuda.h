// cuda/cuda.h — the backend that runs tasks on one NVIDIA GPU (collectives: on all of the machine's).
//
//     cuda/main.c ── runner.h ──fork──> cuda/cuda.cu ──> CudaPart: cuda_matmul, cuda_experts, cuda_elementwise, ...
// CUDA is first touched in open(), so that the parent of the runner's processes never holds the device.
#ifndef VALIDATE_CUDA_CUDA_H
#define VALIDATE_CUDA_CUDA_H

#include "validate/backend.h"

#ifdef __cplusplus
extern "C" {
#endif

// The number of the device to be used, as text in the environment; absent: 0.
#define CUDA_DEVICE_VARIABLE "CHIPFIT_CUDA_DEVICE"

extern const Backend CUDA_BACKEND;

#ifdef __cplusplus
}
#endif
#endif
