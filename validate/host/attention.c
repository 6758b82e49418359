#include "validate/host/attention.h"

#include <stdio.h>
#include <stdlib.h>

#define LANES 16

static long whole_lanes(long count) {
    return (count + LANES - 1) / LANES * LANES;
}

// --- What a thread works with ------------------------------------------------------------------------------------------

static void free_walk(const HostAttention *attention, HostWalk *walk) {
    const HostDevice *device = attention->kernel->device;
    free(walk->queries);
    free(walk->weights);
    free(walk->keys);
    free(walk->values);
    free(walk->scores);
    free(walk->outputs);
    free(walk->most);
    free(walk->sum);
    for (int last = 0; last < 2; last++)
        for (int size = 0; size < HOST_KEY_SIZES; size++) {
            host_multiply_release(device, walk->score_memory[last][size]);
            host_multiply_release(device, walk->sum_memory[last][size]);
        }
}

// Zeroed, on lines of the cache.
static void *room(double numbers) {
    void *data = NULL;
    size_t bytes = ((size_t)numbers * sizeof(float) + 63) / 64 * 64;
    if (posix_memalign(&data, 64, bytes) != 0)
        return NULL;
    return memset(data, 0, bytes);
}

static bool fill_walk(const HostAttention *attention, HostWalk *walk) {
    const HostDevice *device = attention->kernel->device;
    const Task *task = &attention->kernel->task;
    double rows = HOST_TILE_ROWS, keys = HOST_TILE_KEYS, row = HOST_TILE_KEYS + LANES;
    walk->queries = room(rows * task->qk_dim);
    walk->weights = room(rows * row);
    walk->scores = room(rows * row);
    walk->outputs = room(rows * (double)attention->value_row);
    walk->most = room(rows);
    walk->sum = room(rows);
    walk->keys = room(keys * task->qk_dim);
    walk->values = room(keys * task->v_dim);
    bool good = walk->queries && walk->weights && walk->scores && walk->outputs && walk->most &&
                walk->sum && walk->keys && walk->values;
    for (int last = 0; last < 2; last++)
        for (int size = 0; size < HOST_KEY_SIZES; size++)
            if (attention->score[last][size].primitive)
                good = good &&
                       host_multiply_handles(device, &attention->score[last][size],
                                             walk->score_memory[last][size]) &&
                       host_multiply_handles(device, &attention->value_sum[last][size],
                                             walk->sum_memory[last][size]);
    return good;
}

static void drop(HostKernel *kernel) {
    HostAttention *attention = kernel->own;
    for (int i = 0; i < kernel->device->team.threads && attention->walks; i++)
        free_walk(attention, &attention->walks[i]);
    for (int last = 0; last < 2; last++)
        for (int size = 0; size < HOST_KEY_SIZES; size++) {
            host_multiply_drop(kernel->device, &attention->score[last][size]);
            host_multiply_drop(kernel->device, &attention->value_sum[last][size]);
        }
    host_pages_free(&attention->pages);
    free(attention->walks);
    free(attention->left);
    free(attention->partial);
    free(attention);
}

// --- Run ---------------------------------------------------------------------------------------------------------------

static void walk_keys(void *context, int thread, int threads) {
    (void)threads;
    host_walk(context, thread);
}

static void run(HostKernel *kernel) {
    HostAttention *attention = kernel->own;
    attention->next = 0;
    for (long i = 0; i < attention->blocks && attention->parts > 1; i++)
        attention->left[i] = (int)attention->parts;
    host_team_run(&kernel->device->team, walk_keys, attention);
}

static double read(const HostKernel *kernel, long place) {
    return host_value(host_data(kernel, ATTENTION_OUT), host_output((Format)kernel->task.a), place);
}

// --- Operands ----------------------------------------------------------------------------------------------------------

// The row of the cache that holds row (sequence, token, head) of the tensor.
static long cache_row(const HostKernel *kernel, long row) {
    const HostAttention *attention = kernel->own;
    const Task *task = &kernel->task;
    long head = row % task->kv_heads, token = row / task->kv_heads % task->kv_len;
    long sequence = row / task->kv_heads / task->kv_len;
    if (attention->paged)
        return host_pages_row(&attention->pages, sequence, token, head);
    return (sequence * task->kv_heads + head) * task->kv_len + token;
}

static long key_place(const HostKernel *kernel, long row) {
    const HostAttention *attention = kernel->own;
    long at = cache_row(kernel, row), page = attention->pages.page;
    if (!attention->few)
        return at * kernel->task.qk_dim;
    return at / page * attention->page_tokens * kernel->task.qk_dim + at % page;
}

static long value_place(const HostKernel *kernel, long row) {
    const HostAttention *attention = kernel->own;
    return cache_row(kernel, row) * attention->value_row;
}

// A tensor of the cache. What lies beyond its end is multiplied by 0, so must be a number.
static bool take_cache(HostKernel *kernel, Operand which, double numbers, HostPlace *place) {
    const HostAttention *attention = kernel->own;
    const Task *task = &kernel->task;
    size_t bytes = (size_t)numbers * (size_t)host_bytes((Format)task->kv);
    int buffer = host_buffer(kernel, (double)bytes, true);
    if (buffer < 0)
        return false;
    memset((char *)host_data(kernel, buffer) + bytes, 0, kernel->buffers[buffer].bytes - bytes);
    bool keys = which == OPERAND_K;
    HostFill fill = {.to = host_data(kernel, buffer),
                     .format = (Format)task->kv,
                     .which = which,
                     .rows = (long)task->batch * task->kv_len * task->kv_heads,
                     .columns = keys ? task->qk_dim : task->v_dim,
                     .step = keys && attention->few ? attention->page_tokens : 1,
                     .place = place};
    host_fill(kernel, &fill);
    return true;
}

static bool take_operands(HostKernel *kernel) {
    const HostAttention *attention = kernel->own;
    const Task *task = &kernel->task;
    const HostPages *pages = &attention->pages;
    double queries = (double)task->batch * task->q_len * task->heads;
    double rows = attention->paged ? (double)host_pages_rows(pages)
                                   : (double)task->batch * task->kv_heads * task->kv_len;
    double key_rows =
        attention->few ? rows / (double)pages->page * (double)attention->page_tokens : rows;
    if (host_buffer(kernel, queries * task->qk_dim * host_bytes((Format)task->a), false) < 0 ||
        !take_cache(kernel, OPERAND_K, key_rows * task->qk_dim, key_place) ||
        host_buffer(kernel, queries * task->v_dim * host_bytes(host_output((Format)task->a)),
                    false) < 0 ||
        (!attention->latent &&
         !take_cache(kernel, OPERAND_V, rows * (double)attention->value_row, value_place)))
        return false;
    HostFill fill = {.to = host_data(kernel, ATTENTION_QUERIES),
                     .format = (Format)task->a,
                     .which = OPERAND_A,
                     .rows = (long)queries,
                     .columns = task->qk_dim,
                     .stride = task->qk_dim};
    host_fill(kernel, &fill);
    return true;
}

// --- Preparation -------------------------------------------------------------------------------------------------------

// oneDNN's matmuls for blocks of all sizes: full ones of rows, and the last.
static RunStatus make_multiplies(HostAttention *attention, Measurement *out) {
    const HostDevice *device = attention->kernel->device;
    const Task *task = &attention->kernel->task;
    long rest = attention->rows - (attention->tiles - 1) * HOST_TILE_ROWS;
    RunStatus status = RUN_MEASURED;
    for (int last = attention->tiles > 1 ? 0 : 1; last < 2; last++)
        for (int size = 0; size < HOST_KEY_SIZES && status == RUN_MEASURED; size++) {
            long rows = last ? rest : HOST_TILE_ROWS, keys = (size + 1) * (long)HOST_KEY_STEP;
            HostShape score = {.m = rows,
                               .n = keys,
                               .k = task->qk_dim,
                               .a = attention->math,
                               .c = FORMAT_FP32,
                               .w_row = 1,
                               .w_column = task->qk_dim,
                               .lone = true};
            HostShape sum = {.m = rows,
                             .n = task->v_dim,
                             .k = keys,
                             .a = attention->math,
                             .c = FORMAT_FP32,
                             .w_row = attention->latent ? task->qk_dim : task->v_dim,
                             .w_column = 1,
                             .add = true,
                             .lone = true};
            status = host_multiply_make(device, &score, &attention->score[last][size], out);
            if (status == RUN_MEASURED)
                status = host_multiply_make(device, &sum, &attention->value_sum[last][size], out);
        }
    return status;
}

// Units a thread, so that none waits long for the last.
#define UNITS_A_THREAD 4
// A part of the keys is worth a unit of its own from so many blocks on.
#define LEAST_BLOCKS 2

static void plan(HostAttention *attention) {
    const HostKernel *kernel = attention->kernel;
    const Task *task = &kernel->task;
    attention->paged = task->kind == TASK_DECODE;
    attention->latent = attention->paged && task->kv_heads == 1 && task->v_dim < task->qk_dim;
    attention->group = task->heads / task->kv_heads;
    attention->rows = task->q_len * attention->group;
    attention->tiles = (attention->rows + HOST_TILE_ROWS - 1) / HOST_TILE_ROWS;
    if (attention->paged)
        attention->pages =
            host_pages_new(task->batch, task->kv_len, task->kv_heads, task->page, kernel->seed);
    attention->few = attention->paged && attention->rows <= HOST_FEW_ROWS && !attention->latent &&
                     attention->pages.page <= HOST_TILE_KEYS;
    attention->math = (Format)task->a;
    attention->gathered = attention->paged || task->kv != task->a;
    attention->value_row = attention->few ? whole_lanes(task->v_dim) : task->v_dim;
    attention->page_tokens = whole_lanes(attention->pages.page);
    attention->blocks = (long)task->batch * task->kv_heads * attention->tiles;
    long wanted = UNITS_A_THREAD * (long)kernel->device->team.threads / attention->blocks;
    long most = task->kv_len / (LEAST_BLOCKS * HOST_TILE_KEYS);
    attention->parts = wanted < most ? wanted : most;
    if (attention->parts < 1)
        attention->parts = 1;
    attention->units = attention->blocks * attention->parts;
}

static bool take_rooms(HostAttention *attention) {
    int threads = attention->kernel->device->team.threads;
    attention->walks = heap_take((size_t)threads, sizeof *attention->walks);
    bool good = true;
    for (int i = 0; i < threads; i++)
        good = good && fill_walk(attention, &attention->walks[i]);
    if (attention->parts == 1)
        return good;
    attention->left = heap_take((size_t)attention->blocks, sizeof *attention->left);
    attention->partial =
        room((double)attention->units * HOST_TILE_ROWS * (double)(attention->value_row + 2));
    return good && attention->partial;
}

RunStatus host_attention(HostKernel *kernel, Measurement *out) {
    const Task *task = &kernel->task;
    if (host_bytes((Format)task->a) < 2 || host_bytes((Format)task->kv) < 2)
        return host_fail(out, RUN_UNSUPPORTED, "the host attends in fp32 and bf16, not %s over %s",
                         FORMAT_NAMES[task->a], FORMAT_NAMES[task->kv]);
    HostAttention *attention = heap_take(1, sizeof *attention);
    attention->kernel = kernel;
    kernel->own = attention;
    kernel->drop = drop;
    plan(attention);
    RunStatus status = attention->few ? RUN_MEASURED : make_multiplies(attention, out);
    if (status != RUN_MEASURED)
        return status;
    if (!take_rooms(attention) || !take_operands(kernel))
        return host_fail(out, RUN_OUT_OF_MEMORY, "no memory for the operands");
    if (attention->few)
        snprintf(out->kernel, sizeof out->kernel,
                 "own loops, pages of %ld tokens, keys by dimension", attention->pages.page);
    else
        snprintf(out->kernel, sizeof out->kernel, "oneDNN %.40s, blocks of %d x %d",
                 attention->score[1][0].name, HOST_TILE_ROWS, HOST_TILE_KEYS);
    kernel->run = run;
    kernel->read = read;
    return RUN_MEASURED;
}
