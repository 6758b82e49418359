#include "validate/cuda/part.cuh"

#include <stdarg.h>
#include <stdio.h>

#include "validate/cuda/fill.cuh"

static const char *file_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

// Errors after which nothing runs any more in this process (CUDA Runtime API: "the process must be terminated").
static bool is_lasting(cudaError_t error) {
    switch (error) {
    case cudaErrorIllegalAddress:
    case cudaErrorMisalignedAddress:
    case cudaErrorInvalidAddressSpace:
    case cudaErrorInvalidPc:
    case cudaErrorIllegalInstruction:
    case cudaErrorHardwareStackError:
    case cudaErrorLaunchFailure:
    case cudaErrorLaunchTimeout:
    case cudaErrorAssert:
    case cudaErrorECCUncorrectable:
    case cudaErrorUnknown:
        return true;
    default:
        return false;
    }
}

RunStatus cuda_failed(CudaDevice *device, cudaError_t error, const char *file, int line,
                      Measurement *out) {
    cudaGetLastError(); // so that the next call does not report it again
    device->lost = device->lost || is_lasting(error);
    RunStatus status = error == cudaErrorMemoryAllocation ? RUN_OUT_OF_MEMORY : RUN_FAILED;
    return cuda_refuse(out, status, "%s:%d: %s: %s", file_name(file), line, cudaGetErrorName(error),
                       cudaGetErrorString(error));
}

RunStatus cuda_blas_failed(cublasStatus_t status, const char *file, int line, Measurement *out) {
    RunStatus run = status == CUBLAS_STATUS_ALLOC_FAILED    ? RUN_OUT_OF_MEMORY
                    : status == CUBLAS_STATUS_NOT_SUPPORTED ? RUN_UNSUPPORTED
                                                            : RUN_FAILED;
    return cuda_refuse(out, run, "%s:%d: %s", file_name(file), line, cublasLtGetStatusName(status));
}

RunStatus cuda_refuse(Measurement *out, RunStatus status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(out->detail, sizeof out->detail, format, arguments);
    va_end(arguments);
    return status;
}

RunStatus CudaPart::read(CudaDevice *device, const long places[], int count, double values[],
                         Measurement *out) {
    std::vector<Probe> probes((size_t)count);
    for (int i = 0; i < count; i++)
        probes[(size_t)i] = probe(places[i]);
    return cuda_read(device, probes.data(), count, values, out);
}

static CudaPart *part_of_kind(const Task *task) {
    switch (task->kind) {
    case TASK_MATMUL:
        return cuda_part_matmul();
    case TASK_EXPERTS:
        return cuda_part_experts(task->a);
    case TASK_PREFILL:
    case TASK_DECODE:
    case TASK_ROTARY:
        return cuda_part_attention();
    case TASK_ROUTE:
    case TASK_PERMUTE:
    case TASK_UNPERMUTE:
        return cuda_part_route(task->kind);
    case TASK_ALL_REDUCE:
    case TASK_ALL_GATHER:
    case TASK_REDUCE_SCATTER:
    case TASK_ALL_TO_ALL:
        return cuda_part_collective();
    default:
        return cuda_part_elementwise(task->kind);
    }
}

CudaPart *cuda_part_new(const Task *task, uint64_t seed) {
    CudaPart *part = part_of_kind(task);
    if (part) {
        part->task = *task;
        part->seed = seed;
    }
    return part;
}
