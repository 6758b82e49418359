// cuda/attention_plan.cuh — the table of attention kernels, which of them a task takes, and the shapes they are launched with.
#ifndef VALIDATE_CUDA_ATTENTION_PLAN_CUH
#define VALIDATE_CUDA_ATTENTION_PLAN_CUH

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "validate/cuda/attention.h"
#include "validate/cuda/attention_hopper.cuh"
#include "validate/cuda/attention_latent_hopper.cuh"
#include "validate/cuda/attention_rotary.cuh"

#define ATTENTION_SPLITS 128  // of decode, at most
#define ATTENTION_SLACK  1024 // bytes of shared memory that aligning its start may cost
#define ATTENTION_STEP   64   // keys that a block of decode takes at once, or in two turns

// Kernels in the order in which they are tried: X(name, variant, kind, configuration, body's family, blocks a
// multiprocessor). The families are those of attention_*.cuh.
#define ATTENTION_KERNELS(X)                                                                       \
    X(WGMMA_64, "wgmma", PREFILL, HOPPER, 1, HopperConfig<64, 64, 128>)                            \
    X(WGMMA_128, "wgmma", PREFILL, HOPPER, 1, HopperConfig<128, 128, 128>)                         \
    X(WGMMA_192, "wgmma", PREFILL, HOPPER, 1, HopperConfig<192, 128, 128>)                         \
    X(WGMMA_256, "wgmma", PREFILL, HOPPER, 1, HopperConfig<256, 256, 64>)                          \
    X(MMA_64, "mma", PREFILL, PORTABLE, 2, PrefillConfig<64, 64, 64, 2>)                           \
    X(MMA_128, "mma", PREFILL, PORTABLE, 2, PrefillConfig<128, 128, 64, 2>)                        \
    X(MMA_192, "mma", PREFILL, PORTABLE, 2, PrefillConfig<192, 128, 32, 2>)                        \
    X(MMA_256, "mma", PREFILL, PORTABLE, 2, PrefillConfig<256, 256, 32, 1>)                        \
    X(SPLIT_64, "split", DECODE, SPLIT, 3, DecodeConfig<64, 1, 4, false>)                          \
    X(SPLIT_64_TALL, "split", DECODE, SPLIT, 3, DecodeConfig<64, 2, 4, false>)                     \
    X(SPLIT_128, "split", DECODE, SPLIT, 2, DecodeConfig<128, 1, 3, false>)                        \
    X(SPLIT_128_TALL, "split", DECODE, SPLIT, 2, DecodeConfig<128, 2, 3, false>)                   \
    X(SPLIT_256, "split", DECODE, SPLIT, 1, DecodeConfig<256, 1, 3, false>)                        \
    X(SPLIT_64_E4M3, "split", DECODE, SPLIT, 3, DecodeConfig<64, 1, 6, true>)                      \
    X(SPLIT_128_E4M3, "split", DECODE, SPLIT, 2, DecodeConfig<128, 1, 4, true>)                    \
    X(LATENT_WGMMA, "latent-wgmma", DECODE, LATENT_HOPPER, 1, LatentHopperConfig)                  \
    X(LATENT_DEEP, "latent", DECODE, LATENT, 1, LatentConfig<3>)                                   \
    X(LATENT, "latent", DECODE, LATENT, 1, LatentConfig<2>)

enum AttentionKernel {
#define ATTENTION_NAME(name, ...) ATTENTION_##name,
    ATTENTION_KERNELS(ATTENTION_NAME)
#undef ATTENTION_NAME
        ATTENTION_ROTARY,
};

enum AttentionFamily {
    FAMILY_HOPPER,
    FAMILY_PORTABLE,
    FAMILY_SPLIT,
    FAMILY_LATENT_HOPPER,
    FAMILY_LATENT
};

struct AttentionKernelInfo {
    const char *variant;
    TaskKind kind;
    AttentionFamily family;
    int blocks; // of a multiprocessor, at most
    int qk_dim, v_dim, rows, keys;
    bool e4m3;
    int shared_bytes;
};

template <int qk, int v, int keys>
constexpr AttentionKernelInfo attention_about(const char *variant, TaskKind kind,
                                              AttentionFamily family, int blocks,
                                              HopperConfig<qk, v, keys>) {
    typedef HopperConfig<qk, v, keys> Config;
    return {variant, kind,         family, blocks, qk,
            v,       Config::rows, keys,   false,  (int)Config::shared_bytes};
}
template <int qk, int v, int keys, int row_tiles>
constexpr AttentionKernelInfo attention_about(const char *variant, TaskKind kind,
                                              AttentionFamily family, int blocks,
                                              PrefillConfig<qk, v, keys, row_tiles>) {
    typedef PrefillConfig<qk, v, keys, row_tiles> Config;
    return {variant, kind,         family, blocks, qk,
            v,       Config::rows, keys,   false,  (int)Config::shared_bytes};
}
template <int dims, int row_tiles, int stages, bool e4m3>
constexpr AttentionKernelInfo attention_about(const char *variant, TaskKind kind,
                                              AttentionFamily family, int blocks,
                                              DecodeConfig<dims, row_tiles, stages, e4m3>) {
    typedef DecodeConfig<dims, row_tiles, stages, e4m3> Config;
    return {variant, kind,         family,       blocks, dims,
            dims,    Config::rows, Config::keys, e4m3,   (int)Config::shared_bytes};
}
template <int stages>
constexpr AttentionKernelInfo attention_about(const char *variant, TaskKind kind,
                                              AttentionFamily family, int blocks,
                                              LatentConfig<stages>) {
    typedef LatentConfig<stages> Config;
    return {variant,       kind,         family,       blocks, Config::qk_dim,
            Config::v_dim, Config::rows, Config::keys, false,  (int)Config::shared_bytes};
}

constexpr AttentionKernelInfo attention_about(const char *variant, TaskKind kind,
                                              AttentionFamily family, int blocks,
                                              LatentHopperConfig) {
    typedef LatentHopperConfig Config;
    return {variant,       kind,         family,       blocks, Config::qk_dim,
            Config::v_dim, Config::rows, Config::keys, false,  (int)Config::shared_bytes};
}

static const AttentionKernelInfo ATTENTION_TABLE[] = {
#define ATTENTION_ROW(name, variant, kind, family, blocks, ...)                                    \
    attention_about(variant, TASK_##kind, FAMILY_##family, blocks, __VA_ARGS__()),
    ATTENTION_KERNELS(ATTENTION_ROW)
#undef ATTENTION_ROW
};

static inline RunStatus attention_refuse(Measurement *out, RunStatus status, const char *why) {
    snprintf(out->detail, sizeof out->detail, "%s", why);
    return status;
}

static inline bool attention_is_e4m3(const Task *task) {
    return task->kv == FORMAT_FP8;
}

static inline int attention_group_rows(const Task *task) {
    return task->heads / task->kv_heads * task->q_len;
}

// Whether the kernel can run the task on the device; `tall`: whether a taller one would read keys less often.
static inline bool attention_suits(const AttentionKernelInfo *info, const Task *task,
                                   const AttentionDevice *device, const char *variant) {
    bool dims = info->qk_dim == task->qk_dim && info->v_dim == task->v_dim;
    bool hopper = info->family == FAMILY_HOPPER || info->family == FAMILY_LATENT_HOPPER;
    bool chip = hopper ? device->major == 9 : device->major >= 8;
    bool fits = info->shared_bytes + ATTENTION_SLACK <= device->shared_bytes;
    bool named = !variant || !*variant || strcmp(variant, info->variant) == 0;
    return info->kind == (TaskKind)task->kind && dims && chip && fits && named &&
           info->e4m3 == attention_is_e4m3(task);
}

// The first kernel that suits; of those for decode the tallest that its rows fill. -1: none.
static inline int attention_choose(const Task *task, const AttentionDevice *device,
                                   const char *variant) {
    int chosen = -1;
    for (int i = 0; i < ATTENTION_ROTARY; i++) {
        const AttentionKernelInfo *info = &ATTENTION_TABLE[i];
        if (!attention_suits(info, task, device, variant))
            continue;
        if (chosen < 0 || (info->rows > ATTENTION_TABLE[chosen].rows && task->kind == TASK_DECODE &&
                           attention_group_rows(task) > ATTENTION_TABLE[chosen].rows))
            chosen = i;
    }
    return chosen;
}

static inline size_t attention_element(const CudaAttention *plan, AttentionBuffer which) {
    switch (which) {
    case ATTENTION_KEY_CACHE:
    case ATTENTION_VALUE_CACHE:
        return attention_is_e4m3(&plan->task) ? 1 : 2;
    case ATTENTION_PAGES:
    case ATTENTION_PARTS:
        return 4;
    case ATTENTION_TURNS:
        return 8;
    default:
        return 2;
    }
}

static inline void attention_want(CudaAttention *plan, AttentionBuffer which, AttentionRole role,
                                  double count) {
    plan->roles[which] = role;
    plan->bytes[which] = (size_t)count * attention_element(plan, which);
}

static inline double attention_pages(const CudaAttention *plan) {
    double sequences = plan->task.kind == TASK_DECODE ? plan->task.batch : 1;
    return sequences * plan->pages_each;
}

static inline void attention_plan_prefill(CudaAttention *plan, const AttentionDevice *device) {
    const Task *task = &plan->task;
    const AttentionKernelInfo *info = &ATTENTION_TABLE[plan->kernel];
    double tokens = (double)task->batch * task->kv_len * task->kv_heads;
    attention_want(plan, ATTENTION_KEYS, ATTENTION_OWN, tokens * task->qk_dim);
    attention_want(plan, ATTENTION_VALUES, ATTENTION_OWN, tokens * task->v_dim);
    // Half of the cache for keys and values: the rest sees queries and outputs pass.
    double head_bytes = 2.0 * task->kv_len * (task->qk_dim + task->v_dim);
    double kv_heads = fmax(1, floor(device->cache_bytes / 2 / head_bytes));
    double pairs =
        fmin(kv_heads * (task->heads / task->kv_heads), (double)task->heads * task->batch);
    plan->section = (int)pairs;
    snprintf(plan->name, sizeof plan->name, "%s %dx%d", info->variant, info->rows, info->keys);
}

static inline void attention_plan_decode(CudaAttention *plan, const AttentionDevice *device) {
    const Task *task = &plan->task;
    const AttentionKernelInfo *info = &ATTENTION_TABLE[plan->kernel];
    plan->pages_each = (task->kv_len + task->page - 1) / task->page;
    plan->row_tiles = (attention_group_rows(task) + info->rows - 1) / info->rows;
    int first = first_key_seen(task->kv_len - task->q_len, task->window);
    // Where a multiprocessor's shared memory is little more than a block's largest.
    int resident =
        (device->shared_bytes + ATTENTION_SLACK) / (info->shared_bytes + 2 * ATTENTION_SLACK);
    plan->splits = decode_splits(
        task->batch * task->kv_heads * plan->row_tiles,
        device->multiprocessors * (resident < info->blocks ? resident : info->blocks),
        (task->kv_len - first + ATTENTION_STEP - 1) / ATTENTION_STEP, ATTENTION_SPLITS);
    double slots = attention_pages(plan) * task->page * task->kv_heads;
    attention_want(plan, ATTENTION_KEY_CACHE, ATTENTION_OWN, slots * task->qk_dim);
    if (info->v_dim == info->qk_dim) // else a value is the head of its key
        attention_want(plan, ATTENTION_VALUE_CACHE, ATTENTION_OWN, slots * task->v_dim);
    attention_want(plan, ATTENTION_PAGES, ATTENTION_OWN, attention_pages(plan));
    double rows = (double)task->batch * task->q_len * task->heads * plan->splits;
    if (plan->splits > 1)
        attention_want(plan, ATTENTION_PARTS, ATTENTION_SCRATCH, rows * (task->v_dim + 2));
    snprintf(plan->name, sizeof plan->name, "%s %d %dx%d%s", info->variant, plan->splits,
             info->rows, info->keys, info->e4m3 ? " e4m3" : "");
}

static inline RunStatus attention_plan_rotary(CudaAttention *plan, const AttentionDevice *device,
                                              Measurement *out) {
    const Task *task = &plan->task;
    if (task->qk_dim % 16 || task->v_dim % 8 || task->qk_dim > ROTARY_DIMS)
        return attention_refuse(out, RUN_UNSUPPORTED,
                                "rotary needs qk_dim a multiple of 16 up to 1024, v_dim one of 8");
    plan->each = rotary_each(task->m, task->heads, task->kv_heads, task->qk_dim, task->v_dim,
                             device->multiprocessors);
    double tokens = task->m, kv = tokens * task->kv_heads;
    plan->pages_each = (task->m + task->page - 1) / task->page;
    double slots = attention_pages(plan) * task->page * task->kv_heads;
    attention_want(plan, ATTENTION_QUERIES, ATTENTION_INPUT, tokens * task->heads * task->qk_dim);
    attention_want(plan, ATTENTION_KEYS, ATTENTION_INPUT, kv * task->qk_dim);
    attention_want(plan, ATTENTION_VALUES, ATTENTION_INPUT, kv * task->v_dim);
    attention_want(plan, ATTENTION_OUTPUT, ATTENTION_WRITTEN, tokens * task->heads * task->qk_dim);
    attention_want(plan, ATTENTION_KEY_CACHE, ATTENTION_WRITTEN, slots * task->qk_dim);
    attention_want(plan, ATTENTION_VALUE_CACHE, ATTENTION_WRITTEN, slots * task->v_dim);
    attention_want(plan, ATTENTION_PAGES, ATTENTION_OWN, attention_pages(plan));
    attention_want(plan, ATTENTION_TURNS, ATTENTION_OWN, task->qk_dim / 2);
    snprintf(plan->name, sizeof plan->name, "rotary%s", attention_is_e4m3(task) ? " e4m3" : "");
    return RUN_MEASURED;
}

// Why no kernel suits.
static inline RunStatus attention_none(const Task *task, const AttentionDevice *device,
                                       const char *variant, Measurement *out) {
    snprintf(out->detail, sizeof out->detail,
             "no %s kernel%s%s for qk_dim %d, v_dim %d, kv %s on sm_%d%d",
             TASK_KIND_WORDS[task->kind], variant && *variant ? " " : "", variant ? variant : "",
             task->qk_dim, task->v_dim, FORMAT_NAMES[task->kv], device->major, device->minor);
    return RUN_UNSUPPORTED;
}

static inline RunStatus attention_plan(CudaAttention *plan, const Task *task,
                                       const AttentionDevice *device, const char *variant,
                                       Measurement *out) {
    memset(plan, 0, sizeof *plan);
    plan->task = *task;
    if (task->a != FORMAT_BF16 || (task->kv != FORMAT_BF16 && task->kv != FORMAT_FP8))
        return attention_refuse(out, RUN_UNSUPPORTED,
                                "attention takes bf16 activations, and bf16 or fp8 in its cache");
    if (device->major < 8)
        return attention_refuse(out, RUN_UNSUPPORTED, "attention needs sm_80 or later");
    plan->kernel = ATTENTION_ROTARY;
    if (task->kind == TASK_ROTARY)
        return attention_plan_rotary(plan, device, out);
    if (!variant)
        variant = getenv(CUDA_ATTENTION_VARIABLE);
    plan->kernel = attention_choose(task, device, variant);
    if (plan->kernel < 0)
        return attention_none(task, device, variant, out);
    double rows = (double)task->batch * task->q_len * task->heads;
    attention_want(plan, ATTENTION_QUERIES, ATTENTION_INPUT, rows * task->qk_dim);
    attention_want(plan, ATTENTION_OUTPUT, ATTENTION_WRITTEN, rows * task->v_dim);
    if (task->kind == TASK_PREFILL)
        attention_plan_prefill(plan, device);
    else
        attention_plan_decode(plan, device);
    return RUN_MEASURED;
}

// The page's number of (sequence, token) and its slot there.
static inline int64_t attention_cache_row(const CudaAttention *plan, uint64_t seed, int64_t token,
                                          int kv_head) {
    int page = plan->task.page;
    uint32_t number = page_order(seed, (uint32_t)(token / page), (uint32_t)attention_pages(plan));
    return page_row((int)number, kv_head, (int)(token % page), plan->task.kv_heads, page);
}

static inline AttentionBuffer attention_place(const CudaAttention *plan, uint64_t seed, long place,
                                              size_t *element) {
    const Task *task = &plan->task;
    long queries = (long)task->m * task->heads * task->qk_dim;
    long keys = (long)task->m * task->kv_heads * task->qk_dim;
    *element = (size_t)place;
    if (task->kind != TASK_ROTARY || place < queries)
        return ATTENTION_OUTPUT;
    bool key = place - queries < keys;
    long own = place - queries - (key ? 0 : keys), width = key ? task->qk_dim : task->v_dim;
    long row = own / width;
    int64_t cache_row =
        attention_cache_row(plan, seed, row / task->kv_heads, (int)(row % task->kv_heads));
    *element = (size_t)(cache_row * width + own % width);
    return key ? ATTENTION_KEY_CACHE : ATTENTION_VALUE_CACHE;
}

// ---- what the kernels are launched with
static inline float attention_scale_log2(const Task *task) {
    return (float)(1.4426950408889634 / sqrt((double)task->qk_dim)); // log2(e) / sqrt(qk_dim)
}

static inline PrefillShape attention_prefill_shape(const CudaAttention *plan,
                                                   const AttentionBuffers *buffers) {
    const Task *task = &plan->task;
    PrefillShape shape = {};
    shape.queries = (const Bf16 *)buffers->at[ATTENTION_QUERIES];
    shape.keys = (const Bf16 *)buffers->at[ATTENTION_KEYS];
    shape.values = (const Bf16 *)buffers->at[ATTENTION_VALUES];
    shape.output = (Bf16 *)buffers->at[ATTENTION_OUTPUT];
    shape.batch = task->batch;
    shape.q_len = task->q_len;
    shape.kv_len = task->kv_len;
    shape.heads = task->heads;
    shape.kv_heads = task->kv_heads;
    shape.window = task->window;
    shape.section = plan->section;
    shape.scale_log2 = attention_scale_log2(task);
    return shape;
}

static inline DecodeShape attention_decode_shape(const CudaAttention *plan,
                                                 const AttentionBuffers *buffers) {
    const Task *task = &plan->task;
    DecodeShape shape = {};
    shape.queries = (const Bf16 *)buffers->at[ATTENTION_QUERIES];
    shape.keys = buffers->at[ATTENTION_KEY_CACHE];
    shape.values = buffers->at[ATTENTION_VALUE_CACHE];
    shape.output = (Bf16 *)buffers->at[ATTENTION_OUTPUT];
    shape.pages = (const int32_t *)buffers->at[ATTENTION_PAGES];
    shape.parts = (float *)buffers->at[ATTENTION_PARTS];
    size_t rows = (size_t)task->batch * task->q_len * task->heads * plan->splits;
    shape.part_rows = shape.parts ? shape.parts + rows * task->v_dim : NULL;
    shape.batch = task->batch;
    shape.q_len = task->q_len;
    shape.kv_len = task->kv_len;
    shape.heads = task->heads;
    shape.kv_heads = task->kv_heads;
    shape.window = task->window;
    shape.page = task->page;
    shape.pages_each = plan->pages_each;
    shape.splits = plan->splits;
    shape.row_tiles = plan->row_tiles;
    shape.scale_log2 = attention_scale_log2(task);
    return shape;
}

static inline RotaryShape attention_rotary_shape(const CudaAttention *plan,
                                                 const AttentionBuffers *buffers) {
    const Task *task = &plan->task;
    RotaryShape shape = {};
    shape.queries = (const Bf16 *)buffers->at[ATTENTION_QUERIES];
    shape.keys = (const Bf16 *)buffers->at[ATTENTION_KEYS];
    shape.values = (const Bf16 *)buffers->at[ATTENTION_VALUES];
    shape.turned = (Bf16 *)buffers->at[ATTENTION_OUTPUT];
    shape.key_cache = buffers->at[ATTENTION_KEY_CACHE];
    shape.value_cache = buffers->at[ATTENTION_VALUE_CACHE];
    shape.pages = (const int32_t *)buffers->at[ATTENTION_PAGES];
    shape.turns = (const double *)buffers->at[ATTENTION_TURNS];
    shape.tokens = task->m;
    shape.each = plan->each;
    shape.heads = task->heads;
    shape.kv_heads = task->kv_heads;
    shape.dim = task->qk_dim;
    shape.v_dim = task->v_dim;
    shape.page = task->page;
    return shape;
}

// Blocks of the first kernel.
static inline int64_t attention_blocks(const CudaAttention *plan) {
    const Task *task = &plan->task;
    if (task->kind == TASK_ROTARY)
        return (task->m + plan->each - 1) / plan->each;
    if (task->kind == TASK_DECODE)
        return (int64_t)task->batch * task->kv_heads * plan->splits * plan->row_tiles;
    int rows = ATTENTION_TABLE[plan->kernel].rows;
    return (int64_t)(task->q_len + rows - 1) / rows * task->heads * task->batch;
}

#endif
