#include "validate/cuda/attention.h"

#include "validate/cuda/attention_launch.cuh"

static RunStatus failed(Measurement *out, const char *what, cudaError_t error) {
    snprintf(out->detail, sizeof out->detail, "%.40s: %.50s", what, cudaGetErrorString(error));
    return error == cudaErrorMemoryAllocation ? RUN_OUT_OF_MEMORY : RUN_FAILED;
}

RunStatus cuda_attention_plan(CudaAttention *plan, const Task *task, const AttentionDevice *device,
                              const char *variant, Measurement *out) {
    return attention_plan(plan, task, device, variant, out);
}

size_t cuda_attention_element(const CudaAttention *plan, AttentionBuffer which) {
    return attention_element(plan, which);
}

AttentionBuffer cuda_attention_place(const CudaAttention *plan, uint64_t seed, long place,
                                     size_t *element) {
    return attention_place(plan, seed, place, element);
}

// ---- operands

struct FillRows { // an operand's rows; in pages where `pages` is not NULL
    void *to;
    const int32_t *pages;
    uint64_t seed; // the operand's own
    int64_t count;
    int dims, heads, tokens, page, pages_each;
    bool e4m3;
};

__device__ static int64_t fill_place(const FillRows &rows, int64_t index) {
    if (!rows.pages)
        return index;
    int64_t row = index / rows.dims, token = row / rows.heads;
    int sequence = (int)(token / rows.tokens), own = (int)(token % rows.tokens),
        page = own / rows.page;
    int number = rows.pages[(int64_t)sequence * rows.pages_each + page];
    return page_row(number, (int)(row % rows.heads), own % rows.page, rows.heads, rows.page) *
               rows.dims +
           index % rows.dims;
}

__global__ void attention_fill_rows(const FillRows rows) {
    int64_t step = (int64_t)gridDim.x * blockDim.x;
    for (int64_t i = (int64_t)blockIdx.x * blockDim.x + threadIdx.x; i < rows.count; i += step) {
        float drawn = operand_normal(rows.seed, (uint64_t)i);
        int64_t place = fill_place(rows, i);
        if (rows.e4m3)
            static_cast<unsigned char *>(rows.to)[place] =
                (unsigned char)e4m3_code(operand_code(FORMAT_FP8, drawn));
        else
            static_cast<Bf16 *>(rows.to)[place] =
                (Bf16)(__float_as_uint(operand_code(FORMAT_BF16, drawn)) >>
                       16); // exact: rounded already
    }
}

__global__ void attention_fill_pages(int32_t *pages, uint64_t seed, int count) {
    int i = (int)(blockIdx.x * blockDim.x + threadIdx.x);
    if (i < count)
        pages[i] = (int32_t)page_order(seed, (uint32_t)i, (uint32_t)count);
}

// Whole turns of a pair for each position.
__global__ void attention_fill_turns(double *turns, int dim) {
    int i = (int)(blockIdx.x * blockDim.x + threadIdx.x);
    if (i < dim / 2)
        turns[i] = pow(ROTARY_BASE, -2.0 * i / dim) / 6.283185307179586;
}

static cudaError_t fill_rows(const CudaAttention *plan, const AttentionBuffers *buffers,
                             AttentionBuffer which, Operand operand, uint64_t seed,
                             cudaStream_t stream) {
    const Task *task = &plan->task;
    if (!buffers->at[which] || plan->roles[which] == ATTENTION_ABSENT ||
        plan->roles[which] == ATTENTION_WRITTEN)
        return cudaSuccess;
    bool paged = which == ATTENTION_KEY_CACHE || which == ATTENTION_VALUE_CACHE;
    FillRows rows = {};
    rows.to = buffers->at[which];
    rows.seed = seed + 64 * (uint64_t)operand;
    rows.dims = operand == OPERAND_V ? task->v_dim : task->qk_dim;
    rows.heads = task->kv_heads;
    rows.tokens = task->kv_len;
    rows.page = task->page;
    rows.pages_each = plan->pages_each;
    rows.count = (int64_t)(plan->bytes[which] / attention_element(plan, which));
    if (paged) {
        rows.pages = (const int32_t *)buffers->at[ATTENTION_PAGES];
        rows.e4m3 = attention_is_e4m3(task);
        rows.count = (int64_t)task->batch * task->kv_len * task->kv_heads * rows.dims;
        // What no token fills is NaN, which no kernel may let through.
        cudaError_t error = cudaMemsetAsync(rows.to, 0xff, plan->bytes[which], stream);
        if (error != cudaSuccess)
            return error;
    }
    int64_t blocks = (rows.count + 255) / 256;
    attention_fill_rows<<<(unsigned)(blocks < 65536 ? blocks : 65536), 256, 0, stream>>>(rows);
    return cudaGetLastError();
}

static cudaError_t fill_tables(const CudaAttention *plan, const AttentionBuffers *buffers,
                               uint64_t seed, cudaStream_t stream) {
    int pages = (int)attention_pages(plan), pairs = plan->task.qk_dim / 2;
    if (plan->roles[ATTENTION_PAGES] != ATTENTION_ABSENT)
        attention_fill_pages<<<(pages + 255) / 256, 256, 0, stream>>>(
            (int32_t *)buffers->at[ATTENTION_PAGES], seed, pages);
    if (plan->roles[ATTENTION_TURNS] != ATTENTION_ABSENT)
        attention_fill_turns<<<(pairs + 255) / 256, 256, 0, stream>>>(
            (double *)buffers->at[ATTENTION_TURNS], plan->task.qk_dim);
    return cudaGetLastError();
}

RunStatus cuda_attention_fill(const CudaAttention *plan, const AttentionBuffers *buffers,
                              uint64_t seed, cudaStream_t stream, Measurement *out) {
    static const struct {
        AttentionBuffer which;
        Operand operand;
    } PARTS[] = {
        {ATTENTION_QUERIES,     OPERAND_A},
        {ATTENTION_KEYS,        OPERAND_K},
        {ATTENTION_VALUES,      OPERAND_V},
        {ATTENTION_KEY_CACHE,   OPERAND_K},
        {ATTENTION_VALUE_CACHE, OPERAND_V}
    };
    cudaError_t error = fill_tables(plan, buffers, seed, stream);
    for (int i = 0; i < 5 && error == cudaSuccess; i++)
        error = fill_rows(plan, buffers, PARTS[i].which, PARTS[i].operand, seed, stream);
    return error == cudaSuccess ? RUN_MEASURED : failed(out, "operands of attention", error);
}

// ---- launch

static cudaError_t launch(const CudaAttention *plan, const AttentionBuffers *buffers,
                          cudaStream_t stream) {
    if (attention_blocks(plan) > 0x7fffffff)
        return cudaErrorInvalidConfiguration;
    if (plan->kernel == ATTENTION_ROTARY)
        return attention_launch_rotary(plan, attention_rotary_shape(plan, buffers), stream);
    if (plan->task.kind == TASK_DECODE)
        return attention_launch_decode(plan, attention_decode_shape(plan, buffers), stream);
    PrefillShape shape = attention_prefill_shape(plan, buffers);
    return ATTENTION_TABLE[plan->kernel].family == FAMILY_HOPPER
               ? attention_launch_hopper(plan, shape, stream)
               : attention_launch_portable(plan, shape, stream);
}

RunStatus cuda_attention_launch(const CudaAttention *plan, const AttentionBuffers *buffers,
                                cudaStream_t stream, Measurement *out) {
    cudaError_t error = launch(plan, buffers, stream);
    return error == cudaSuccess ? RUN_MEASURED : failed(out, plan->name, error);
}
