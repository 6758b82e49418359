#include "validate/cuda/lt.cuh"

#include <math.h>
#include <stdio.h>

#include "validate/cuda/timing.cuh"

#define ALGORITHMS 8 // of cuBLASLt's ranking that are tried

LtMatmul::~LtMatmul() {
    if (a)
        cublasLtMatrixLayoutDestroy(a);
    if (w)
        cublasLtMatrixLayoutDestroy(w);
    if (c)
        cublasLtMatrixLayoutDestroy(c);
    if (desc)
        cublasLtMatmulDescDestroy(desc);
}

Element lt_output(int format) {
    return format == FORMAT_FP32   ? ELEMENT_F32
           : format == FORMAT_INT8 ? ELEMENT_I32
           : format == FORMAT_FP16 ? ELEMENT_F16
                                   : ELEMENT_BF16;
}

void lt_version(char *text, size_t size) {
    size_t version = cublasLtGetVersion();
    snprintf(text, size, "%zu.%zu.%zu", version / 10000, version / 100 % 100, version % 100);
}

const char *LtMatmul::unsupported(const CudaDevice *device, int a, int b, int batch) {
    int capability = device->major * 10 + device->minor;
    if (a != b)
        return "cuBLASLt multiplies operands of one format only";
    if (operand_block((Format)a) != 0 && batch > 1)
        return "cuBLASLt has no batched matmul with block scales";
    switch (a) {
    case FORMAT_FP32:
    case FORMAT_BF16:
    case FORMAT_FP16:
    case FORMAT_INT8:
        return NULL;
    case FORMAT_FP8:
        return capability >= 89 ? NULL : "fp8 begins with compute capability 8.9";
    case FORMAT_FP8_BLOCK:
#if CUBLAS_VERSION >= 120900
        return capability >= 90 ? NULL : "128 x 128 scales begin with compute capability 9.0";
#else
        return "128 x 128 scales begin with cuBLASLt 12.9";
#endif
    case FORMAT_NVFP4:
    case FORMAT_MXFP4:
#if CUBLAS_VERSION >= 120800
        return capability >= 100 ? NULL : "fp4 begins with compute capability 10.0";
#else
        return "fp4 begins with cuBLASLt 12.8";
#endif
    default:
        return "cuBLASLt has no matmul in this format";
    }
}

static cudaDataType_t data_type(int format) {
    switch (format) {
    case FORMAT_FP32:
        return CUDA_R_32F;
    case FORMAT_FP16:
        return CUDA_R_16F;
    case FORMAT_FP8:
    case FORMAT_FP8_BLOCK:
        return CUDA_R_8F_E4M3;
    case FORMAT_INT8:
        return CUDA_R_8I;
#if CUBLAS_VERSION >= 120800
    case FORMAT_NVFP4:
    case FORMAT_MXFP4:
        return CUDA_R_4F_E2M1;
#endif
    default:
        return CUDA_R_16BF;
    }
}

template <typename T>
static cublasStatus_t set(cublasLtMatmulDesc_t desc, cublasLtMatmulDescAttributes_t what, T value) {
    return cublasLtMatmulDescSetAttribute(desc, what, &value, sizeof value);
}

// How the scales of block-scaled operands lie; cuda/matmul.cu fills them so.
static RunStatus set_scale_modes(cublasLtMatmulDesc_t desc, int format, Measurement *out) {
#if CUBLAS_VERSION >= 120800
    cublasLtMatmulMatrixScale_t w_mode = CUBLASLT_MATMUL_MATRIX_SCALE_SCALAR_32F;
    cublasLtMatmulMatrixScale_t a_mode = w_mode;
    if (format == FORMAT_NVFP4)
        a_mode = w_mode = CUBLASLT_MATMUL_MATRIX_SCALE_VEC16_UE4M3;
    if (format == FORMAT_MXFP4)
        a_mode = w_mode = CUBLASLT_MATMUL_MATRIX_SCALE_VEC32_UE8M0;
#if CUBLAS_VERSION >= 120900
    if (format == FORMAT_FP8_BLOCK) {
        w_mode = CUBLASLT_MATMUL_MATRIX_SCALE_BLK128x128_32F;
        a_mode = CUBLASLT_MATMUL_MATRIX_SCALE_VEC128_32F;
    }
#endif
    if (operand_block((Format)format) != 0) {
        BLAS_TRY(set(desc, CUBLASLT_MATMUL_DESC_A_SCALE_MODE, w_mode));
        BLAS_TRY(set(desc, CUBLASLT_MATMUL_DESC_B_SCALE_MODE, a_mode));
    }
#else
    (void)desc, (void)format, (void)out;
#endif
    return RUN_MEASURED;
}

static RunStatus make_layout(cublasLtMatrixLayout_t *layout, cudaDataType_t type, int rows,
                             int columns, int batch, Measurement *out) {
    int64_t stride = (int64_t)rows * columns;
    BLAS_TRY(cublasLtMatrixLayoutCreate(layout, type, (uint64_t)rows, (uint64_t)columns, rows));
    if (batch > 1) {
        BLAS_TRY(cublasLtMatrixLayoutSetAttribute(*layout, CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT,
                                                  &batch, sizeof batch));
        BLAS_TRY(cublasLtMatrixLayoutSetAttribute(
            *layout, CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET, &stride, sizeof stride));
    }
    return RUN_MEASURED;
}

RunStatus LtMatmul::make(const LtShape &wanted, Measurement *out) {
    shape = wanted;
    bool whole = shape.format == FORMAT_INT8;
    cudaDataType_t type = data_type(shape.format);
    cudaDataType_t result = whole                         ? CUDA_R_32I
                            : shape.format == FORMAT_FP32 ? CUDA_R_32F
                            : shape.format == FORMAT_FP16 ? CUDA_R_16F
                                                          : CUDA_R_16BF;
    // COMPUTE_32F leaves TF32 off.
    BLAS_TRY(cublasLtMatmulDescCreate(&desc, whole ? CUBLAS_COMPUTE_32I : CUBLAS_COMPUTE_32F,
                                      whole ? CUDA_R_32I : CUDA_R_32F));
    BLAS_TRY(set(desc, CUBLASLT_MATMUL_DESC_TRANSA, CUBLAS_OP_T));
    BLAS_TRY(set(desc, CUBLASLT_MATMUL_DESC_TRANSB, CUBLAS_OP_N));
    if (shape.format == FORMAT_FP8) // as inference does it; Hopper adds up in fewer bits then
        BLAS_TRY(set(desc, CUBLASLT_MATMUL_DESC_FAST_ACCUM, (int8_t)1));
    RUN_TRY(set_scale_modes(desc, shape.format, out));
    RUN_TRY(make_layout(&w, type, shape.k, shape.n, shape.batch, out));
    RUN_TRY(make_layout(&a, type, shape.k, shape.m, shape.batch, out));
    return make_layout(&c, result, shape.n, shape.m, shape.batch, out);
}

static int config(const cublasLtMatmulAlgo_t *algorithm,
                  cublasLtMatmulAlgoConfigAttributes_t what) {
    // Some are 16 bit wide, some 32; zeroed, both read alike.
    uint32_t value = 0;
    size_t written = 0;
    if (cublasLtMatmulAlgoConfigGetAttribute(algorithm, what, &value, sizeof value, &written) !=
        CUBLAS_STATUS_SUCCESS) {
        uint16_t narrow = 0;
        if (cublasLtMatmulAlgoConfigGetAttribute(algorithm, what, &narrow, sizeof narrow,
                                                 &written) != CUBLAS_STATUS_SUCCESS)
            return -1;
        return narrow;
    }
    return (int)value;
}

static void name_algorithm(LtMatmul *matmul) {
    const cublasLtMatmulAlgo_t *algorithm = &matmul->algorithm;
    snprintf(matmul->name, sizeof matmul->name, "algo %d tile %d stages %d splitk %d cluster %d",
             config(algorithm, CUBLASLT_ALGO_CONFIG_ID),
             config(algorithm, CUBLASLT_ALGO_CONFIG_TILE_ID),
             config(algorithm, CUBLASLT_ALGO_CONFIG_STAGES_ID),
             config(algorithm, CUBLASLT_ALGO_CONFIG_SPLITK_NUM),
             config(algorithm, CUBLASLT_ALGO_CONFIG_CLUSTER_SHAPE_ID));
}

static RunStatus set_scales(cublasLtMatmulDesc_t desc, const LtOperands &operands,
                            Measurement *out) {
    if (operands.w_scales)
        BLAS_TRY(set(desc, CUBLASLT_MATMUL_DESC_A_SCALE_POINTER, operands.w_scales));
    if (operands.a_scales)
        BLAS_TRY(set(desc, CUBLASLT_MATMUL_DESC_B_SCALE_POINTER, operands.a_scales));
    return RUN_MEASURED;
}

// The largest power of two that the address is a multiple of, up to what cuBLASLt assumes unasked.
static uint32_t alignment_of(const void *address) {
    uintptr_t bits = reinterpret_cast<uintptr_t>(address) | 256;
    return (uint32_t)(bits & -bits);
}

static void set_alignments(cublasLtMatmulPreference_t preference, const LtOperands &operands) {
    static const cublasLtMatmulPreferenceAttributes_t WHICH[] = {
        CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES,
        CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES};
    const void *addresses[] = {operands.w, operands.a, operands.c, operands.c};
    for (int i = 0; i < 4; i++) {
        uint32_t bytes = alignment_of(addresses[i]);
        cublasLtMatmulPreferenceSetAttribute(preference, WHICH[i], &bytes, sizeof bytes);
    }
}

// Asks for the ranking. How many came.
static RunStatus rank(CudaDevice *device, LtMatmul *matmul, const LtOperands &operands,
                      cublasLtMatmulHeuristicResult_t found[ALGORITHMS], int *count,
                      Measurement *out) {
    cublasLtMatmulPreference_t preference = NULL;
    RUN_TRY(set_scales(matmul->desc, operands, out)); // which kernels there are depends on them
    BLAS_TRY(cublasLtMatmulPreferenceCreate(&preference));
    cublasLtMatmulPreferenceSetAttribute(preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES,
                                         &device->workspace_bytes, sizeof device->workspace_bytes);
    set_alignments(preference, operands);
    *count = 0;
    cublasStatus_t status =
        cublasLtMatmulAlgoGetHeuristic(device->lt, matmul->desc, matmul->w, matmul->a, matmul->c,
                                       matmul->c, preference, ALGORITHMS, found, count);
    cublasLtMatmulPreferenceDestroy(preference);
    if (status == CUBLAS_STATUS_SUCCESS && *count > 0)
        return RUN_MEASURED;
    const LtShape &shape = matmul->shape;
    if (status != CUBLAS_STATUS_SUCCESS && status != CUBLAS_STATUS_NOT_SUPPORTED &&
        status != CUBLAS_STATUS_INVALID_VALUE)
        BLAS_TRY(status);
    return cuda_refuse(out, RUN_UNSUPPORTED, "cuBLASLt has no %s kernel for m %d n %d k %d here",
                       FORMAT_NAMES[shape.format], shape.m, shape.n, shape.k);
}

RunStatus LtMatmul::choose(CudaDevice *device, int copies,
                           const std::function<LtOperands(int)> &operands, Measurement *out) {
    cublasLtMatmulHeuristicResult_t found[ALGORITHMS] = {};
    int count = 0, best = -1;
    double best_s = INFINITY;
    RUN_TRY(rank(device, this, operands(0), found, &count, out));
    for (int i = 0; i < count; i++) {
        if (found[i].state != CUBLAS_STATUS_SUCCESS)
            continue;
        algorithm = found[i].algo;
        double seconds = INFINITY;
        RunStatus status = cuda_estimate(
            device,
            [&](int copy) {
                return launch(device, device->stream, device->workspace, operands(copy % copies),
                              1.0f, out);
            },
            copies, &seconds, out);
        if (device->lost)
            return status;
        // A kernel of the ranking that will not run is passed over.
        if (status == RUN_MEASURED && seconds < best_s) {
            best_s = seconds;
            best = i;
        }
    }
    if (best < 0)
        return RUN_FAILED; // the last one's detail says why
    out->detail[0] = '\0';
    algorithm = found[best].algo;
    workspace_bytes = found[best].workspaceSize;
    name_algorithm(this);
    return RUN_MEASURED;
}

RunStatus LtMatmul::launch(CudaDevice *device, cudaStream_t stream, void *workspace,
                           const LtOperands &operands, float alpha, Measurement *out) {
    int one = 1, none = 0;
    float zero = 0;
    bool whole = shape.format == FORMAT_INT8;
    RUN_TRY(set_scales(desc, operands, out));
    BLAS_TRY(cublasLtMatmul(device->lt, desc, whole ? (const void *)&one : &alpha, operands.w, w,
                            operands.a, a, whole ? (const void *)&none : &zero, operands.c, c,
                            operands.c, c, &algorithm, workspace, device->workspace_bytes, stream));
    return RUN_MEASURED;
}
