// Matmuls, batched matmuls and experts by oneDNN. Weights lie in the layout that the library prefers, packed once before
// anything is timed, as serving engines do.
#include "validate/host/dnnl.h"

#include <stdio.h>
#include <stdlib.h>

#include "sim/base/heap.h"
#include "validate/host/kernel.h"

// One oneDNN matmul; experts with equally many rows share it.
typedef struct Matmul {
    HostMultiply multiply;
    long rows;
} Matmul;

enum { A, W, C };

typedef struct Own {
    Matmul matmuls[2]; // experts: those with one row more, the others
    long counts[2];    // matrices of each
    double w_bytes[2]; // of a packed matrix (all of a batch)
} Own;

static void drop(HostKernel *kernel) {
    Own *own = kernel->own;
    for (int i = 0; i < 2; i++)
        host_multiply_drop(kernel->device, &own->matmuls[i].multiply);
    free(own);
}

static void run(HostKernel *kernel) {
    Own *own = kernel->own;
    const Task *task = &kernel->task;
    char *a = host_data(kernel, A), *w = host_data(kernel, W), *c = host_data(kernel, C);
    size_t a_row = (size_t)task->k * (size_t)host_bytes((Format)task->a);
    size_t c_row = (size_t)task->n * (size_t)host_bytes(host_output((Format)task->a));
    for (int i = 0; i < 2; i++)
        for (long matrix = 0; matrix < own->counts[i]; matrix++) {
            Matmul *matmul = &own->matmuls[i];
            if (!host_multiply_run(kernel->device, &matmul->multiply, a, w, c))
                kernel->wrong = true;
            a += a_row * (size_t)matmul->rows;
            w += (size_t)own->w_bytes[i];
            c += c_row * (size_t)matmul->rows;
        }
}

static double read(const HostKernel *kernel, long place) {
    return host_value(host_data(kernel, C), host_output((Format)kernel->task.a), place);
}

// Weights as networks store them, then in the library's layout, matrix by matrix.
static bool pack(HostKernel *kernel, long batch) {
    Own *own = kernel->own;
    const Task *task = &kernel->task;
    size_t bytes =
        (size_t)batch * (size_t)task->n * (size_t)task->k * (size_t)host_bytes((Format)task->b);
    char *packed = host_data(kernel, W);
    long expert = 0;
    void *plain = malloc(bytes);
    bool good = plain != NULL;
    for (int i = 0; i < 2; i++)
        for (long matrix = 0; good && matrix < own->counts[i]; matrix++, expert++) {
            HostFill fill = {.to = plain,
                             .format = (Format)task->b,
                             .which = OPERAND_W,
                             .first = expert * task->n,
                             .rows = batch * task->n,
                             .columns = task->k,
                             .stride = task->k};
            host_fill(kernel, &fill);
            good = host_multiply_pack(kernel->device, &own->matmuls[i].multiply, plain, packed);
            packed += (size_t)own->w_bytes[i];
        }
    free(plain);
    return good;
}

static RunStatus finish(HostKernel *kernel, long rows, long batch, Measurement *out) {
    Own *own = kernel->own;
    const Task *task = &kernel->task;
    Format output = host_output((Format)task->a);
    double w_bytes = own->counts[0] * own->w_bytes[0] + own->counts[1] * own->w_bytes[1];
    double a_bytes = (double)batch * rows * task->k * host_bytes((Format)task->a);
    double c_bytes = (double)batch * rows * task->n * host_bytes(output);
    if (host_buffer(kernel, a_bytes, false) < 0 || host_buffer(kernel, w_bytes, true) < 0 ||
        host_buffer(kernel, c_bytes, false) < 0 || !pack(kernel, batch))
        return host_fail(out, RUN_OUT_OF_MEMORY, "no memory for operands of %.3g GB",
                         (a_bytes + w_bytes + c_bytes) * 1e-9);
    HostFill fill = {.to = host_data(kernel, A),
                     .format = (Format)task->a,
                     .which = OPERAND_A,
                     .rows = batch * rows,
                     .columns = task->k,
                     .stride = task->k};
    host_fill(kernel, &fill);
    snprintf(out->kernel, sizeof out->kernel, "oneDNN %s, weights packed",
             own->matmuls[own->counts[0] ? 0 : 1].multiply.name);
    kernel->run = run;
    kernel->read = read;
    return RUN_MEASURED;
}

// Makes matmul i for so many matrices of `rows` rows.
static RunStatus make(HostKernel *kernel, int i, long count, long rows, long batch,
                      Measurement *out) {
    Own *own = kernel->own;
    const Task *task = &kernel->task;
    if (count == 0 || rows == 0)
        return RUN_MEASURED;
    HostShape shape = {.batch = batch > 1 ? batch : 0,
                       .m = rows,
                       .n = task->n,
                       .k = task->k,
                       .a = (Format)task->a,
                       .c = host_output((Format)task->a)};
    RunStatus status = host_multiply_make(kernel->device, &shape, &own->matmuls[i].multiply, out);
    own->matmuls[i].rows = rows;
    own->counts[i] = count;
    own->w_bytes[i] = (double)own->matmuls[i].multiply.w_bytes;
    return status;
}

static RunStatus begin(HostKernel *kernel, Measurement *out) {
    const Task *task = &kernel->task;
    if (task->a != task->b || host_bytes((Format)task->a) == 0)
        return host_fail(out, RUN_UNSUPPORTED,
                         "the host multiplies fp32, bf16 and int8, not %s by %s",
                         FORMAT_NAMES[task->a], FORMAT_NAMES[task->b]);
    kernel->own = heap_take(1, sizeof(Own));
    kernel->drop = drop;
    return RUN_MEASURED;
}

RunStatus host_matmul(HostKernel *kernel, Measurement *out) {
    const Task *task = &kernel->task;
    RunStatus status = begin(kernel, out);
    if (status == RUN_MEASURED)
        status = make(kernel, 0, 1, task->m, task->batch, out);
    return status == RUN_MEASURED ? finish(kernel, task->m, task->batch, out) : status;
}

RunStatus host_experts(HostKernel *kernel, Measurement *out) {
    const Task *task = &kernel->task;
    long more = task->m % task->experts, rows = task->m / task->experts;
    RunStatus status = begin(kernel, out);
    if (status == RUN_MEASURED)
        status = make(kernel, 0, more, rows + 1, 1, out);
    if (status == RUN_MEASURED)
        status = make(kernel, 1, task->experts - more, rows, 1, out);
    return status == RUN_MEASURED ? finish(kernel, task->m, 1, out) : status;
}
