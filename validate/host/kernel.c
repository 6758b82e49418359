#include "validate/host/kernel.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define LINE_BYTES 64
// Kernels may read as far beyond a buffer's end: a tile of keys more.
#define SLACK_BYTES ((size_t)1 << 18)
// Each buffer begins so much further into its pages than the one before: streams that advance side by side at the same
// distance from the start of a page would meet in the same sets of the caches and banks of the memory.
#define STAGGER_BYTES (9 * 4096 + 5 * 64)

static HostPrepare *const KINDS[TASK_KIND_COUNT] = {
    [TASK_MATMUL] = host_matmul,
    [TASK_EXPERTS] = host_experts,
    [TASK_PREFILL] = host_attention,
    [TASK_DECODE] = host_attention,
    [TASK_NORM] = host_norm,
    [TASK_GATED] = host_gated,
    [TASK_ROTARY] = host_rotary,
    [TASK_QUANTISE] = host_quantise,
    [TASK_DEQUANTISE] = host_dequantise,
    [TASK_ROUTE] = host_route,
    [TASK_PERMUTE] = host_permute,
    [TASK_UNPERMUTE] = host_unpermute,
    [TASK_COPY] = host_copy,
    [TASK_TRIAD] = host_triad,
};

RunStatus host_prepare(HostKernel *kernel, Measurement *out) {
    HostPrepare *prepare = KINDS[kernel->task.kind];
    if (!prepare)
        return host_fail(out, RUN_UNSUPPORTED, "the host has no %s",
                         TASK_KIND_WORDS[kernel->task.kind]);
    return prepare(kernel, out);
}

void host_drop(HostKernel *kernel) {
    if (kernel->drop)
        kernel->drop(kernel);
    kernel->buffer_count = 0;
    kernel->drop = NULL;
}

RunStatus host_fail(Measurement *out, RunStatus status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(out->detail, sizeof out->detail, format, arguments);
    va_end(arguments);
    return status;
}

// --- Memory ------------------------------------------------------------------------------------------------------------

static void *take(const HostKernel *kernel, size_t bytes) {
    return host_rooms_take(&kernel->device->rooms,
                           bytes + SLACK_BYTES + HOST_BUFFERS * STAGGER_BYTES);
}

typedef struct Touch {
    char *to;
    const char *from; // NULL: poisons
    size_t bytes, from_bytes;
} Touch;

// Copies `from`, again and again if it is shorter.
static void touch(void *context, int thread, int threads) {
    const Touch *t = context;
    long from, to, unit = t->from ? (long)t->from_bytes : LINE_BYTES;
    host_share((long)(t->bytes / (size_t)unit), thread, threads, &from, &to);
    for (long i = from; i < to; i++) {
        if (t->from)
            memcpy(t->to + i * unit, t->from, (size_t)unit);
        else
            memset(t->to + i * unit, 0xff, (size_t)unit);
    }
}

int host_buffer(HostKernel *kernel, double bytes, bool lasting) {
    size_t whole = ((size_t)bytes + LINE_BYTES) / LINE_BYTES * LINE_BYTES;
    void *room = kernel->buffer_count < HOST_BUFFERS ? take(kernel, whole) : NULL;
    if (!room)
        return -1;
    char *data = (char *)room + kernel->buffer_count * STAGGER_BYTES;
    Touch poison = {data, NULL, whole, 0};
    host_team_run(&kernel->device->team, touch, &poison);
    memset(data + whole, 0, SLACK_BYTES);
    kernel->buffers[kernel->buffer_count] = (HostBuffer){room, data, whole, 1, lasting};
    return kernel->buffer_count++;
}

static bool rotate(HostKernel *kernel, HostBuffer *buffer, int copies) {
    size_t whole = buffer->bytes * (size_t)copies;
    void *room = take(kernel, whole);
    if (!room)
        return false;
    char *data = (char *)room + (buffer->data - (char *)buffer->room);
    Touch more = {data, buffer->data, whole, buffer->bytes};
    host_team_run(&kernel->device->team, touch, &more);
    memset(data + whole, 0, SLACK_BYTES);
    buffer->room = room;
    buffer->data = data;
    buffer->copies = copies;
    return true;
}

// More only take time to make: a cache of 64 MB is passed by copies of 16 kB.
#define MOST_COPIES 4096

bool host_rotate(HostKernel kernels[], int count, double bytes, bool layer) {
    double sum = 0;
    for (int i = 0; i < count; i++)
        for (int k = 0; k < kernels[i].buffer_count; k++)
            if (kernels[i].buffers[k].lasting || !layer)
                sum += (double)kernels[i].buffers[k].bytes;
    int copies = sum > 0 ? (int)fmin(ceil(bytes / sum) + 1, MOST_COPIES) : 1;
    for (int i = 0; i < count; i++)
        for (int k = 0; k < kernels[i].buffer_count; k++)
            if ((kernels[i].buffers[k].lasting || !layer) &&
                !rotate(&kernels[i], &kernels[i].buffers[k], copies))
                return false;
    return true;
}

// --- Operands ----------------------------------------------------------------------------------------------------------

int host_bytes(Format format) {
    return format == FORMAT_FP32 ? 4 : format == FORMAT_BF16 ? 2 : format == FORMAT_INT8 ? 1 : 0;
}

Format host_output(Format format) {
    return format == FORMAT_FP32 ? FORMAT_FP32 : FORMAT_BF16;
}

typedef struct Filling {
    const HostKernel *kernel;
    const HostFill *fill;
} Filling;

static void fill_rows(void *context, int thread, int threads) {
    const Filling *filling = context;
    const HostFill *fill = filling->fill;
    const HostKernel *kernel = filling->kernel;
    long from, to, count = fill->rows * fill->columns;
    host_share(count, thread, threads, &from, &to);
    for (long i = from; i < to; i++) {
        long row = i / fill->columns, column = i % fill->columns;
        long at = fill->place ? fill->place(kernel, row) : row * fill->stride;
        at += column * (fill->step ? fill->step : 1);
        row += fill->first;
        float code = operand_stored(fill->format, kernel->seed, fill->which, (uint64_t)row,
                                    (uint64_t)column, (uint64_t)fill->columns);
        if (fill->format == FORMAT_FP32)
            ((float *)fill->to)[at] = code;
        else if (fill->format == FORMAT_BF16)
            ((uint16_t *)fill->to)[at] = host_bf16(code);
        else
            ((int8_t *)fill->to)[at] = (int8_t)code;
    }
}

void host_fill(const HostKernel *kernel, const HostFill *fill) {
    Filling filling = {kernel, fill};
    host_team_run(&kernel->device->team, fill_rows, &filling);
}
