// cuda/emulator_blas.hpp — cuBLASLt's matmul on the host, from its descriptors: op(A) transposed, op(B) as it is, columns first.
#ifndef VALIDATE_CUDA_EMULATOR_BLAS_HPP
#define VALIDATE_CUDA_EMULATOR_BLAS_HPP

#include "validate/cuda/emulator_runtime.hpp"

namespace emulator {

typedef std::map<int, std::vector<char>> Attributes;

struct Layout {
    cudaDataType_t type;
    int64_t rows, columns, lead;
    int batch;
    int64_t stride;
};

template <typename T> T attribute(const Attributes &attributes, int which, T absent) {
    Attributes::const_iterator found = attributes.find(which);
    if (found != attributes.end())
        memcpy(&absent, found->second.data(), sizeof absent);
    return absent;
}

inline float e4m3(unsigned char bits) {
    __nv_fp8_e4m3 number;
    number.__x = bits;
    return static_cast<float>(number);
}

inline double element(const void *from, cudaDataType_t type, int64_t i) {
    static const double E2M1[8] = {0, 0.5, 1, 1.5, 2, 3, 4, 6};
    const unsigned char *bytes = static_cast<const unsigned char *>(from);
    unsigned code;
    switch (type) {
    case CUDA_R_32F:
        return (double)static_cast<const float *>(from)[i];
    case CUDA_R_16BF:
        return (double)__bfloat162float(static_cast<const __nv_bfloat16 *>(from)[i]);
    case CUDA_R_16F:
        return (double)__half2float(static_cast<const __half *>(from)[i]);
    case CUDA_R_8F_E4M3:
        return (double)e4m3(bytes[i]);
    case CUDA_R_8I:
        return static_cast<const signed char *>(from)[i];
    case CUDA_R_4F_E2M1:
        code = bytes[i / 2] >> (i % 2 * 4) & 0xfu;
        return code & 8 ? -E2M1[code & 7] : E2M1[code & 7];
    default:
        abort();
    }
}

// cuBLAS manual, "1D block scaling factors layout": tiles of 128 rows and 4 blocks, row-major; within one, rows 32 apart side
// by side.
inline int64_t tile_place(int64_t row, int64_t block_number, int64_t blocks) {
    int64_t tiles = (blocks + 3) / 4, inner = row % 128;
    return (row / 128 * tiles + block_number / 4) * 512 + inner % 32 * 16 + inner / 32 * 4 +
           block_number % 4;
}

// Of the element at k of a row; `rows` rows of k_count.
inline double scale(const void *from, int mode, int64_t row, int64_t k, int64_t rows,
                    int64_t k_count) {
    const unsigned char *bytes = static_cast<const unsigned char *>(from);
    const float *wide = static_cast<const float *>(from);
    if (!from)
        return 1;
    switch (mode) {
    case CUBLASLT_MATMUL_MATRIX_SCALE_SCALAR_32F:
        return (double)wide[0];
    case CUBLASLT_MATMUL_MATRIX_SCALE_VEC128_32F:
        return (double)wide[k / 128 * rows + row];
    case CUBLASLT_MATMUL_MATRIX_SCALE_BLK128x128_32F:
        return (double)wide[row / 128 * (((k_count + 127) / 128 + 3) / 4 * 4) + k / 128];
    case CUBLASLT_MATMUL_MATRIX_SCALE_VEC16_UE4M3:
        return (double)e4m3(bytes[tile_place(row, k / 16, k_count / 16)]);
    case CUBLASLT_MATMUL_MATRIX_SCALE_VEC32_UE8M0:
        return ldexp(1.0, bytes[tile_place(row, k / 32, k_count / 32)] - 127);
    default:
        abort();
    }
}

inline void put(void *to, cudaDataType_t type, int64_t i, double value) {
    if (type == CUDA_R_32F)
        static_cast<float *>(to)[i] = (float)value;
    else if (type == CUDA_R_32I)
        static_cast<int *>(to)[i] = (int)value;
    else if (type == CUDA_R_16F)
        static_cast<__half *>(to)[i] = __float2half((float)value);
    else
        static_cast<__nv_bfloat16 *>(to)[i] = __float2bfloat16((float)value);
}

struct Product {
    Layout a, b, d;
    const void *a_data, *b_data, *a_scales, *b_scales;
    void *d_data;
    int a_mode, b_mode;
    double alpha;
};

inline double product_at(const Product &p, int batch, int64_t row, int64_t column) {
    double sum = 0;
    for (int64_t k = 0; k < p.a.rows; k++)
        sum += element(p.a_data, p.a.type, batch * p.a.stride + row * p.a.lead + k) *
               scale(p.a_scales, p.a_mode, row, k, p.a.columns, p.a.rows) *
               element(p.b_data, p.b.type, batch * p.b.stride + column * p.b.lead + k) *
               scale(p.b_scales, p.b_mode, column, k, p.b.columns, p.b.rows);
    return sum * p.alpha;
}

inline void multiply(const Product &p) {
    for (int batch = 0; batch < p.d.batch; batch++)
        for (int64_t column = 0; column < p.d.columns; column++)
            for (int64_t row = 0; row < p.d.rows; row++)
                put(p.d_data, p.d.type, batch * p.d.stride + column * p.d.lead + row,
                    product_at(p, batch, row, column));
}

inline const Attributes &of(cublasLtMatmulDesc_t desc) {
    return *reinterpret_cast<const Attributes *>(desc);
}
inline const Layout &of(cublasLtMatrixLayout_t layout) {
    return *reinterpret_cast<const Layout *>(layout);
}

} // namespace emulator

extern "C" {

size_t cublasLtGetVersion(void) {
    return CUBLAS_VERSION;
}
cublasStatus_t cublasLtCreate(cublasLtHandle_t *handle) {
    *handle = NULL;
    return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtDestroy(cublasLtHandle_t) {
    return CUBLAS_STATUS_SUCCESS;
}
const char *cublasLtGetStatusName(cublasStatus_t) {
    return "CUBLAS_STATUS";
}
cublasStatus_t cublasLtMatmulDescCreate(cublasLtMatmulDesc_t *desc, cublasComputeType_t,
                                        cudaDataType_t) {
    *desc = reinterpret_cast<cublasLtMatmulDesc_t>(new emulator::Attributes);
    return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulDescDestroy(cublasLtMatmulDesc_t desc) {
    delete reinterpret_cast<emulator::Attributes *>(desc);
    return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t desc,
                                              cublasLtMatmulDescAttributes_t which,
                                              const void *value, size_t size) {
    const char *bytes = static_cast<const char *>(value);
    (*reinterpret_cast<emulator::Attributes *>(desc))[which].assign(bytes, bytes + size);
    return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatrixLayoutCreate(cublasLtMatrixLayout_t *layout, cudaDataType_t type,
                                          uint64_t rows, uint64_t columns, int64_t lead) {
    *layout = reinterpret_cast<cublasLtMatrixLayout_t>(
        new emulator::Layout{type, (int64_t)rows, (int64_t)columns, lead, 1, 0});
    return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatrixLayoutDestroy(cublasLtMatrixLayout_t layout) {
    delete reinterpret_cast<emulator::Layout *>(layout);
    return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatrixLayoutSetAttribute(cublasLtMatrixLayout_t layout,
                                                cublasLtMatrixLayoutAttribute_t which,
                                                const void *value, size_t size) {
    emulator::Layout *to = reinterpret_cast<emulator::Layout *>(layout);
    bool count = which == CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT;
    if (!count && which != CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET)
        return CUBLAS_STATUS_INVALID_VALUE;
    memcpy(count ? static_cast<void *>(&to->batch) : static_cast<void *>(&to->stride), value, size);
    return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulPreferenceCreate(cublasLtMatmulPreference_t *preference) {
    *preference = NULL;
    return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulPreferenceDestroy(cublasLtMatmulPreference_t) {
    return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulPreferenceSetAttribute(cublasLtMatmulPreference_t,
                                                    cublasLtMatmulPreferenceAttributes_t,
                                                    const void *, size_t) {
    return CUBLAS_STATUS_SUCCESS;
}
// Two kernels, of which the first will not run.
cublasStatus_t cublasLtMatmulAlgoGetHeuristic(cublasLtHandle_t, cublasLtMatmulDesc_t,
                                              cublasLtMatrixLayout_t, cublasLtMatrixLayout_t,
                                              cublasLtMatrixLayout_t, cublasLtMatrixLayout_t,
                                              cublasLtMatmulPreference_t, int,
                                              cublasLtMatmulHeuristicResult_t results[],
                                              int *count) {
    *count = 2;
    for (int i = 0; i < *count; i++) {
        results[i].state = CUBLAS_STATUS_SUCCESS;
        results[i].algo.data[0] = (uint64_t)i;
    }
    return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulAlgoConfigGetAttribute(const cublasLtMatmulAlgo_t *algorithm,
                                                    cublasLtMatmulAlgoConfigAttributes_t,
                                                    void *value, size_t size, size_t *written) {
    memcpy(value, &algorithm->data[0], *written = size < 4 ? size : 4);
    return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmul(cublasLtHandle_t, cublasLtMatmulDesc_t desc, const void *alpha,
                              const void *a, cublasLtMatrixLayout_t a_layout, const void *b,
                              cublasLtMatrixLayout_t b_layout, const void *, const void *,
                              cublasLtMatrixLayout_t, void *d, cublasLtMatrixLayout_t d_layout,
                              const cublasLtMatmulAlgo_t *algorithm, void *, size_t, cudaStream_t) {
    const emulator::Attributes &set = emulator::of(desc);
    if (algorithm->data[0] != 1)
        return CUBLAS_STATUS_NOT_SUPPORTED;
    if (emulator::attribute<int>(set, CUBLASLT_MATMUL_DESC_TRANSA, 0) != CUBLAS_OP_T ||
        emulator::attribute<int>(set, CUBLASLT_MATMUL_DESC_TRANSB, 0) != CUBLAS_OP_N)
        return CUBLAS_STATUS_INVALID_VALUE;
    emulator::Product product;
    product.a = emulator::of(a_layout);
    product.b = emulator::of(b_layout);
    product.d = emulator::of(d_layout);
    product.a_data = a;
    product.b_data = b;
    product.d_data = d;
    product.a_scales =
        emulator::attribute<const void *>(set, CUBLASLT_MATMUL_DESC_A_SCALE_POINTER, NULL);
    product.b_scales =
        emulator::attribute<const void *>(set, CUBLASLT_MATMUL_DESC_B_SCALE_POINTER, NULL);
    product.a_mode = emulator::attribute<int>(set, CUBLASLT_MATMUL_DESC_A_SCALE_MODE, 0);
    product.b_mode = emulator::attribute<int>(set, CUBLASLT_MATMUL_DESC_B_SCALE_MODE, 0);
    product.alpha = (product.d.type == CUDA_R_32I ? *static_cast<const int *>(alpha)
                                                  : (double)*static_cast<const float *>(alpha)) *
                    emulator::state.matmul_factor;
    emulator::work([=] { emulator::multiply(product); });
    return CUBLAS_STATUS_SUCCESS;
}

} // extern "C"

#endif
