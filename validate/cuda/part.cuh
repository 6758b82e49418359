// cuda/part.cuh — a task's kernel made ready on the device: what memory it wants, how it is filled, launched and read.
//
//     plan (memory) ── placed by cuda/place.cu ── fill ── choose (algorithm) ── launch, launch, ... ── probe
// Every call of CUDA goes through CUDA_TRY: the row at hand fails with file and line, the process goes on; where the
// device itself is lost (a sticky error), `lost` makes the process end after the row, and the runner starts another.
#ifndef VALIDATE_CUDA_PART_CUH
#define VALIDATE_CUDA_PART_CUH

#include <cublasLt.h>
#include <cuda_runtime.h>

#include <vector>

#include "validate/cuda/watch.h"
#include "validate/measurement.h"
#include "validate/operand.h"

// How an element lies in memory. Of a pair in one byte the first has the low four bits.
enum Element {
    ELEMENT_F32,
    ELEMENT_BF16,
    ELEMENT_F16,
    ELEMENT_E4M3,
    ELEMENT_UE8M0,
    ELEMENT_I8,
    ELEMENT_I32,
    ELEMENT_I4,
    ELEMENT_E2M1
};

size_t element_bits(Element element);
Element element_of(int format);

enum Role {
    ROLE_INPUT,  // activations: in a layer what the part before wrote
    ROLE_OUTPUT, // poisoned before a check
    ROLE_OWN, // weights, caches, residuals, scales: the part's own, a copy for each run of a rotation
    ROLE_SCRATCH // one for all copies
};

struct Tensor {
    Role role;
    Element element;
    size_t count; // of elements

    unsigned char *base; // of copy 0
    size_t stride;       // bytes from one copy to the next
    int copies;

    size_t bytes() const {
        return (count * element_bits(element) + 7) / 8;
    }
    template <typename T> T *at(int copy) const {
        return reinterpret_cast<T *>(base + (size_t)(copy % copies) * stride);
    }
};

// Where a place of the output lies, and the scale that its number is multiplied by.
struct Probe {
    const unsigned char *base, *scale_base; // NULL: none
    size_t index, scale_index;
    Element element, scale_element;
};

struct CudaDevice {
    int number, multiprocessors, major, minor;
    double cache_bytes; // L2
    cudaStream_t stream, side;
    cudaEvent_t begin, end, fork, join;
    cublasLtHandle_t lt;
    void *workspace, *side_workspace;
    size_t workspace_bytes;
    Watch *watch; // NULL: no NVML
    bool lost;
};

struct CudaPart {
    Task task;
    uint64_t seed;
    float
        alpha; // that a matmul's result is multiplied by: 1; timing a layer 1 / sqrt(k), so that numbers keep their size
    int copies;                  // of its own memory that a rotation uses
    char name[MEASUREMENT_TEXT]; // of its kernel, in a layer
    std::vector<Tensor> tensors;

    CudaPart() : task(), seed(0), alpha(1.0f), copies(1), name() {}
    CudaPart(const CudaPart &) = delete;
    CudaPart &operator=(const CudaPart &) = delete;
    virtual ~CudaPart() {}

    // Says what memory it wants, or why it cannot run.
    virtual RunStatus plan(CudaDevice *device, Measurement *out) = 0;
    // Writes operands into copy 0 of everything but outputs.
    virtual RunStatus fill(CudaDevice *device, Measurement *out) = 0;
    // Chooses among kernels and names the choice in out->kernel.
    virtual RunStatus choose(CudaDevice *device, Measurement *out) = 0;
    // Enqueues one run on device->stream; work on device->side is joined to it again.
    virtual RunStatus launch(CudaDevice *device, int copy, Measurement *out) = 0;
    virtual Probe probe(long place) const = 0;
    // Values at places of copy 0's output.
    virtual RunStatus read(CudaDevice *device, const long places[], int count, double values[],
                           Measurement *out);
    // Which of its tensors the next part of a layer reads.
    virtual Tensor *result() {
        for (Tensor &tensor : tensors)
            if (tensor.role == ROLE_OUTPUT)
                return &tensor;
        return NULL;
    }

    Tensor &want(Role role, Element element, size_t count) {
        Tensor tensor = {role, element, count, NULL, 0, 1};
        tensors.push_back(tensor);
        return tensors.back();
    }
};

// Made for the task's kind; NULL: none of ours (attention is cuda/attend.cu's). `delete` frees it.
CudaPart *cuda_part_matmul(void);
CudaPart *cuda_part_experts(int format);
CudaPart *cuda_part_elementwise(int kind);
CudaPart *cuda_part_route(int kind);
CudaPart *cuda_part_collective(void);
CudaPart *cuda_part_attention(void);

// The part of a task; NULL: of no kind that runs.
CudaPart *cuda_part_new(const Task *task, uint64_t seed);

// Writes where and why into out->detail. Out of memory is told from other failures.
RunStatus cuda_failed(CudaDevice *device, cudaError_t error, const char *file, int line,
                      Measurement *out);
RunStatus cuda_blas_failed(cublasStatus_t status, const char *file, int line, Measurement *out);

// Sets out->detail; returns the status.
RunStatus cuda_refuse(Measurement *out, RunStatus status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#define CUDA_TRY(call)                                                                             \
    do {                                                                                           \
        cudaError_t cuda_try_error = (call);                                                       \
        if (cuda_try_error != cudaSuccess)                                                         \
            return cuda_failed(device, cuda_try_error, __FILE__, __LINE__, out);                   \
    } while (0)

#define BLAS_TRY(call)                                                                             \
    do {                                                                                           \
        cublasStatus_t blas_try_status = (call);                                                   \
        if (blas_try_status != CUBLAS_STATUS_SUCCESS)                                              \
            return cuda_blas_failed(blas_try_status, __FILE__, __LINE__, out);                     \
    } while (0)

// For calls that return a RunStatus themselves.
#define RUN_TRY(call)                                                                              \
    do {                                                                                           \
        RunStatus run_try_status = (call);                                                         \
        if (run_try_status != RUN_MEASURED)                                                        \
            return run_try_status;                                                                 \
    } while (0)

// Launches a kernel; arguments are converted to the kernel's parameters. Returns what the launch itself said.
template <typename... Parameters, typename... Arguments>
cudaError_t cuda_launch(void (*kernel)(Parameters...), dim3 grid, dim3 block, size_t shared_bytes,
                        cudaStream_t stream, Arguments... arguments) {
    cudaLaunchConfig_t config = {};
    config.gridDim = grid;
    config.blockDim = block;
    config.dynamicSmemBytes = shared_bytes;
    config.stream = stream;
    cudaError_t error = cudaLaunchKernelEx(&config, kernel, static_cast<Parameters>(arguments)...);
    cudaError_t last = cudaGetLastError();
    return error != cudaSuccess ? error : last;
}

inline unsigned cuda_blocks(size_t threads, unsigned block) {
    return (unsigned)((threads + block - 1) / block);
}

#endif
