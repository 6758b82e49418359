// Kernels that stream rows: norm, gated activation, copy, triad.
#include <stdio.h>

#include "validate/host/vector.h"
#include "validate/reference.h"

// Fills a buffer with m rows of n of an operand.
static bool take(HostKernel *kernel, Operand which, Format format, long rows, long columns,
                 bool lasting) {
    int buffer = host_buffer(kernel, (double)rows * columns * host_bytes(format), lasting);
    if (buffer < 0)
        return false;
    HostFill fill = {.to = host_data(kernel, buffer),
                     .format = format,
                     .which = which,
                     .rows = rows,
                     .columns = columns,
                     .stride = columns};
    host_fill(kernel, &fill);
    return true;
}

static RunStatus begin(HostKernel *kernel, Measurement *out) {
    Format format = (Format)kernel->task.a;
    if (format != FORMAT_FP32 && format != FORMAT_BF16)
        return host_fail(out, RUN_UNSUPPORTED, "the host streams fp32 and bf16, not %s",
                         FORMAT_NAMES[format]);
    snprintf(out->kernel, sizeof out->kernel, "rows shared out to threads");
    return RUN_MEASURED;
}

static RunStatus no_memory(Measurement *out) {
    return host_fail(out, RUN_OUT_OF_MEMORY, "no memory for the operands");
}

// --- Norm --------------------------------------------------------------------------------------------------------------

enum { NORM_X, NORM_RESIDUAL, NORM_WEIGHT, NORM_OUT, NORM_RESIDUAL_OUT };

typedef struct NormRow {
    const void *x, *residual, *weight;
    void *out, *residual_out;
    Format format;
    long at, n; // the row's first number; numbers of a row
} NormRow;

HOST_WIDEST static void norm_row(const NormRow *row) {
    float x[HOST_BLOCK], residual[HOST_BLOCK];
    HostLanes squares = {0}, lanes;
    for (long i = 0; i < row->n; i += HOST_BLOCK) {
        long count = row->n - i < HOST_BLOCK ? row->n - i : HOST_BLOCK;
        for (long k = count; k < HOST_BLOCK; k++)
            x[k] = 0;
        host_load(x, row->x, row->format, row->at + i, count);
        host_load(residual, row->residual, row->format, row->at + i, count);
        for (long k = 0; k < count; k++)
            x[k] += residual[k];
        host_store(row->residual_out, row->format, row->at + i, x, count);
        for (long k = 0; k < HOST_BLOCK; k += HOST_LANES) {
            memcpy(&lanes, x + k, sizeof lanes);
            squares += lanes * lanes;
        }
    }
    float mean = host_sum_lanes(&squares) / (float)row->n;
    float scale = 1 / sqrtf(mean + (float)NORM_EPSILON);
    for (long i = 0; i < row->n; i += HOST_BLOCK) {
        long count = row->n - i < HOST_BLOCK ? row->n - i : HOST_BLOCK;
        host_load(x, row->residual_out, row->format, row->at + i, count);
        host_load(residual, row->weight, row->format, i, count);
        for (long k = 0; k < count; k++)
            x[k] *= scale * residual[k];
        host_store(row->out, row->format, row->at + i, x, count);
    }
}

static void norm_rows(void *context, int thread, int threads) {
    const HostKernel *kernel = context;
    long from, to;
    NormRow row = {host_data(kernel, NORM_X),
                   host_data(kernel, NORM_RESIDUAL),
                   host_data(kernel, NORM_WEIGHT),
                   host_data(kernel, NORM_OUT),
                   host_data(kernel, NORM_RESIDUAL_OUT),
                   (Format)kernel->task.a,
                   0,
                   kernel->task.n};
    host_share(kernel->task.m, thread, threads, &from, &to);
    for (long i = from; i < to; i++) {
        row.at = i * row.n;
        norm_row(&row);
    }
}

static void run_norm(HostKernel *kernel) {
    host_team_run(&kernel->device->team, norm_rows, kernel);
}

static double read_norm(const HostKernel *kernel, long place) {
    long size = (long)kernel->task.m * kernel->task.n;
    bool residual = place >= size;
    return host_value(host_data(kernel, residual ? NORM_RESIDUAL_OUT : NORM_OUT),
                      (Format)kernel->task.a, residual ? place - size : place);
}

RunStatus host_norm(HostKernel *kernel, Measurement *out) {
    Format format = (Format)kernel->task.a;
    long m = kernel->task.m, n = kernel->task.n;
    double bytes = (double)m * n * host_bytes(format);
    RunStatus status = begin(kernel, out);
    if (status != RUN_MEASURED)
        return status;
    if (!take(kernel, OPERAND_A, format, m, n, false) ||
        !take(kernel, OPERAND_RESIDUAL, format, m, n, false) ||
        !take(kernel, OPERAND_W, format, 1, n, true) || host_buffer(kernel, bytes, false) < 0 ||
        host_buffer(kernel, bytes, false) < 0)
        return no_memory(out);
    kernel->run = run_norm;
    kernel->read = read_norm;
    return status;
}

// --- Gated activation --------------------------------------------------------------------------------------------------

enum { ROWS_IN, ROWS_OUT };

HOST_WIDEST static void gate_row(const void *in, void *out, Format format, long row, long n) {
    float left[HOST_BLOCK], right[HOST_BLOCK];
    for (long i = 0; i < n; i += HOST_BLOCK) {
        long count = n - i < HOST_BLOCK ? n - i : HOST_BLOCK;
        host_load(left, in, format, 2 * row * n + i, count);
        host_load(right, in, format, (2 * row + 1) * n + i, count);
        for (long k = 0; k < count; k++)
            left[k] = left[k] * right[k] / (1 + host_exp(-left[k]));
        host_store(out, format, row * n + i, left, count);
    }
}

static void gate_rows(void *context, int thread, int threads) {
    const HostKernel *kernel = context;
    long from, to;
    host_share(kernel->task.m, thread, threads, &from, &to);
    for (long i = from; i < to; i++)
        gate_row(host_data(kernel, ROWS_IN), host_data(kernel, ROWS_OUT), (Format)kernel->task.a, i,
                 kernel->task.n);
}

static void run_gated(HostKernel *kernel) {
    host_team_run(&kernel->device->team, gate_rows, kernel);
}

static double read_rows(const HostKernel *kernel, long place) {
    return host_value(host_data(kernel, ROWS_OUT), (Format)kernel->task.a, place);
}

RunStatus host_gated(HostKernel *kernel, Measurement *out) {
    Format format = (Format)kernel->task.a;
    long m = kernel->task.m, n = kernel->task.n;
    RunStatus status = begin(kernel, out);
    if (status != RUN_MEASURED)
        return status;
    if (!take(kernel, OPERAND_A, format, m, 2 * n, false) ||
        host_buffer(kernel, (double)m * n * host_bytes(format), false) < 0)
        return no_memory(out);
    kernel->run = run_gated;
    kernel->read = read_rows;
    return status;
}

// --- Copy and triad ----------------------------------------------------------------------------------------------------

enum { STREAM_B, STREAM_OUT, STREAM_C };

// Whole cache lines to each thread.
#define LINE_FLOATS 16

static void share_floats(const HostKernel *kernel, int thread, int threads, long *from, long *to) {
    long count = (long)(kernel->task.bytes / sizeof(float));
    host_share((count + LINE_FLOATS - 1) / LINE_FLOATS, thread, threads, from, to);
    *from *= LINE_FLOATS;
    *to = *to * LINE_FLOATS < count ? *to * LINE_FLOATS : count;
}

static void copy_part(void *context, int thread, int threads) {
    const HostKernel *kernel = context;
    long from, to;
    share_floats(kernel, thread, threads, &from, &to);
    float *out = host_data(kernel, STREAM_OUT);
    const float *b = host_data(kernel, STREAM_B);
    if (to > from)
        memcpy(out + from, b + from, (size_t)(to - from) * sizeof *out);
}

HOST_WIDEST static void triad(float *restrict out, const float *restrict b, const float *restrict c,
                              long count) {
    for (long i = 0; i < count; i++)
        out[i] = b[i] + (float)TRIAD_FACTOR * c[i];
}

static void triad_part(void *context, int thread, int threads) {
    const HostKernel *kernel = context;
    long from, to;
    share_floats(kernel, thread, threads, &from, &to);
    float *out = host_data(kernel, STREAM_OUT);
    const float *b = host_data(kernel, STREAM_B), *c = host_data(kernel, STREAM_C);
    triad(out + from, b + from, c + from, to - from);
}

static void run_copy(HostKernel *kernel) {
    host_team_run(&kernel->device->team, copy_part, kernel);
}

static void run_triad(HostKernel *kernel) {
    host_team_run(&kernel->device->team, triad_part, kernel);
}

static double read_floats(const HostKernel *kernel, long place) {
    return (double)((const float *)host_data(kernel, STREAM_OUT))[place];
}

static RunStatus stream(HostKernel *kernel, bool three, Measurement *out) {
    long count = (long)(kernel->task.bytes / sizeof(float));
    if (!take(kernel, OPERAND_A, FORMAT_FP32, count, 1, false) ||
        host_buffer(kernel, kernel->task.bytes, false) < 0 ||
        (three && !take(kernel, OPERAND_W, FORMAT_FP32, count, 1, false)))
        return no_memory(out);
    snprintf(out->kernel, sizeof out->kernel, three ? "plain stores" : "memcpy by each thread");
    kernel->run = three ? run_triad : run_copy;
    kernel->read = read_floats;
    return RUN_MEASURED;
}

RunStatus host_copy(HostKernel *kernel, Measurement *out) {
    return stream(kernel, false, out);
}

RunStatus host_triad(HostKernel *kernel, Measurement *out) {
    return stream(kernel, true, out);
}
