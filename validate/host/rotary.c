// Rotary embedding: turns queries, and writes turned keys and plain values to the pages of the cache.
#include "validate/host/pages.h"
#include "validate/host/vector.h"
#include "validate/reference.h"

#include <stdio.h>

// COSINES: of each position, the cosines of all pairs, then their sines, as engines keep them.
enum { QUERIES, KEYS, VALUES, COSINES, TURNED, CACHED_KEYS, CACHED_VALUES };

static void drop(HostKernel *kernel) {
    host_pages_free(kernel->own);
    free(kernel->own);
}

static long positions_of(const Task *task) {
    return task->m < 4096 ? task->m : 4096;
}

static void fill_cosines(const HostKernel *kernel) {
    const Task *task = &kernel->task;
    long half = task->qk_dim / 2;
    float *table = host_data(kernel, COSINES);
    for (long position = 0; position < positions_of(task); position++)
        for (long i = 0; i < half; i++) {
            double angle =
                (double)position * pow(ROTARY_BASE, -2.0 * (double)i / (double)task->qk_dim);
            table[2 * position * half + i] = (float)cos(angle);
            table[(2 * position + 1) * half + i] = (float)sin(angle);
        }
}

typedef struct Turn {
    const void *in;
    void *out;
    Format from, to;
    long half;
} Turn;

// Row `in_row` of the input, turned by a position's angles, to row `out_row`.
HOST_WIDEST static void turn(const Turn *t, long in_row, long out_row, const float *cosines) {
    float left[HOST_BLOCK], right[HOST_BLOCK], turned[HOST_BLOCK];
    const float *sines = cosines + t->half;
    long in = in_row * 2 * t->half, out = out_row * 2 * t->half;
    for (long i = 0; i < t->half; i += HOST_BLOCK) {
        long count = t->half - i < HOST_BLOCK ? t->half - i : HOST_BLOCK;
        host_load(left, t->in, t->from, in + i, count);
        host_load(right, t->in, t->from, in + t->half + i, count);
        for (long k = 0; k < count; k++)
            turned[k] = left[k] * cosines[i + k] - right[k] * sines[i + k];
        host_store(t->out, t->to, out + i, turned, count);
        for (long k = 0; k < count; k++)
            turned[k] = right[k] * cosines[i + k] + left[k] * sines[i + k];
        host_store(t->out, t->to, out + t->half + i, turned, count);
    }
}

HOST_WIDEST static void move_row(const Turn *t, long in_row, long out_row, long width) {
    float row[HOST_BLOCK];
    for (long i = 0; i < width; i += HOST_BLOCK) {
        long count = width - i < HOST_BLOCK ? width - i : HOST_BLOCK;
        host_load(row, t->in, t->from, in_row * width + i, count);
        host_store(t->out, t->to, out_row * width + i, row, count);
    }
}

static void rotate_tokens(void *context, int thread, int threads) {
    const HostKernel *kernel = context;
    const Task *task = &kernel->task;
    const HostPages *pages = kernel->own;
    Format a = (Format)task->a, kv = (Format)task->kv;
    long from, to, half = task->qk_dim / 2;
    const float *table = host_data(kernel, COSINES);
    const Turn queries = {host_data(kernel, QUERIES), host_data(kernel, TURNED), a, a, half};
    const Turn keys = {host_data(kernel, KEYS), host_data(kernel, CACHED_KEYS), a, kv, half};
    const Turn values = {host_data(kernel, VALUES), host_data(kernel, CACHED_VALUES), a, kv, half};
    host_share(task->m, thread, threads, &from, &to);
    for (long token = from; token < to; token++) {
        const float *cosines = table + 2 * half * rotary_position(token);
        for (long head = 0; head < task->heads; head++)
            turn(&queries, token * task->heads + head, token * task->heads + head, cosines);
        for (long head = 0; head < task->kv_heads; head++) {
            long row = host_pages_row(pages, 0, token, head);
            turn(&keys, token * task->kv_heads + head, row, cosines);
            move_row(&values, token * task->kv_heads + head, row, task->v_dim);
        }
    }
}

static void run(HostKernel *kernel) {
    host_team_run(&kernel->device->team, rotate_tokens, kernel);
}

static double read(const HostKernel *kernel, long place) {
    const Task *task = &kernel->task;
    long queries = (long)task->m * task->heads * task->qk_dim;
    long keys = (long)task->m * task->kv_heads * task->qk_dim;
    if (place < queries)
        return host_value(host_data(kernel, TURNED), (Format)task->a, place);
    bool key = place - queries < keys;
    long width = key ? task->qk_dim : task->v_dim;
    place -= queries + (key ? 0 : keys);
    long row = host_pages_row(kernel->own, 0, place / width / task->kv_heads,
                              place / width % task->kv_heads);
    return host_value(host_data(kernel, key ? CACHED_KEYS : CACHED_VALUES), (Format)task->kv,
                      row * width + place % width);
}

static void fill(HostKernel *kernel, int buffer, Operand which, long rows, long columns) {
    HostFill fill = {.to = host_data(kernel, buffer),
                     .format = (Format)kernel->task.a,
                     .which = which,
                     .rows = rows,
                     .columns = columns,
                     .stride = columns};
    host_fill(kernel, &fill);
}

static bool is_wide(Format format) {
    return format == FORMAT_FP32 || format == FORMAT_BF16;
}

RunStatus host_rotary(HostKernel *kernel, Measurement *out) {
    const Task *task = &kernel->task;
    if (!is_wide((Format)task->a) || !is_wide((Format)task->kv))
        return host_fail(out, RUN_UNSUPPORTED,
                         "the host turns fp32 and bf16, not %s with %s cached",
                         FORMAT_NAMES[task->a], FORMAT_NAMES[task->kv]);
    HostPages *pages = heap_take(1, sizeof *pages);
    *pages = host_pages_new(1, task->m, task->kv_heads, task->page, kernel->seed);
    kernel->own = pages;
    kernel->drop = drop;
    double a = host_bytes((Format)task->a), kv = host_bytes((Format)task->kv);
    double queries = (double)task->m * task->heads, keys = (double)task->m * task->kv_heads;
    double cached = (double)host_pages_rows(pages);
    if (host_buffer(kernel, queries * task->qk_dim * a, false) < 0 ||
        host_buffer(kernel, keys * task->qk_dim * a, false) < 0 ||
        host_buffer(kernel, keys * task->v_dim * a, false) < 0 ||
        host_buffer(kernel, (double)positions_of(task) * task->qk_dim * sizeof(float), false) < 0 ||
        host_buffer(kernel, queries * task->qk_dim * a, false) < 0 ||
        host_buffer(kernel, cached * task->qk_dim * kv, true) < 0 ||
        host_buffer(kernel, cached * task->v_dim * kv, true) < 0)
        return host_fail(out, RUN_OUT_OF_MEMORY, "no memory for the operands");
    fill(kernel, QUERIES, OPERAND_A, (long)queries, task->qk_dim);
    fill(kernel, KEYS, OPERAND_K, (long)keys, task->qk_dim);
    fill(kernel, VALUES, OPERAND_V, (long)keys, task->v_dim);
    fill_cosines(kernel);
    snprintf(out->kernel, sizeof out->kernel, "tokens shared out to threads, pages of %ld tokens",
             pages->page);
    kernel->run = run;
    kernel->read = read;
    return RUN_MEASURED;
}
