// cuda/lt.cuh — one matmul C[m,n] = A[m,k] W[k,n], W kept as [n,k], by cuBLASLt: its best few kernels tried, one kept.
//
// cuBLASLt counts columns first: it is told C^T[n,m] = W A^T, W transposed, which is the one arrangement that its fp8, fp4 and
// int8 kernels take (cuBLAS manual, cublasLtMatmul).
#ifndef VALIDATE_CUDA_LT_CUH
#define VALIDATE_CUDA_LT_CUH

#include <functional>

#include "validate/cuda/part.cuh"

struct LtShape {
    int format; // of A and W
    int m, n, k, batch;
};

struct LtOperands {
    const void *a, *w, *a_scales, *w_scales; // scales: one float, or one a block
    void *c;
};

struct LtMatmul {
    LtShape shape;
    cublasLtMatmulDesc_t desc;
    cublasLtMatrixLayout_t a, w, c;
    cublasLtMatmulAlgo_t algorithm;
    size_t workspace_bytes; // that it takes
    char name[64];          // of the algorithm

    LtMatmul() : shape(), desc(NULL), a(NULL), w(NULL), c(NULL), algorithm(), workspace_bytes(0) {
        name[0] = '\0';
    }
    ~LtMatmul();
    LtMatmul(const LtMatmul &) = delete;
    LtMatmul &operator=(const LtMatmul &) = delete;

    // Why cuBLASLt of this version cannot do such formats at all; NULL: it may.
    static const char *unsupported(const CudaDevice *device, int a, int b, int batch);

    RunStatus make(const LtShape &shape, Measurement *out);
    // Tries the first few of cuBLASLt's own ranking on the operands of each copy, keeps the fastest.
    RunStatus choose(CudaDevice *device, int copies, const std::function<LtOperands(int)> &operands,
                     Measurement *out);
    RunStatus launch(CudaDevice *device, cudaStream_t stream, void *workspace,
                     const LtOperands &operands, float alpha, Measurement *out);
};

// Of C.
Element lt_output(int format);

// cublasLtGetVersion as "13.1.0".
void lt_version(char *text, size_t size);

#endif
