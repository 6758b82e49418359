#include "validate/host/dnnl.h"

#include <stdio.h>
#include <stdlib.h>

#define DNNL(name) device->team.library.dnnl_##name
enum { A, W, C, SCRATCH, MEMORIES };

static dnnl_data_type_t type_of(Format format) {
    return format == FORMAT_FP32 ? dnnl_f32 : format == FORMAT_BF16 ? dnnl_bf16 : dnnl_s8;
}

// A matrix, or `batch` of them, of rows x columns; strides of both 0: any layout.
static bool describe(const HostDevice *device, const HostShape *shape, dnnl_memory_desc_t *desc,
                     Format format, const long sizes[2], const long strides[2]) {
    int first = shape->batch > 0, dims = first + 2;
    dnnl_dims_t size = {shape->batch}, stride = {0};
    for (int i = 0; i < 2; i++) {
        size[first + i] = sizes[i];
        stride[first + i] = strides[i];
    }
    if (first)
        stride[0] = sizes[0] * sizes[1];
    if (strides[0] == 0)
        return DNNL(memory_desc_init_by_tag)(desc, dims, size, type_of(format),
                                             dnnl_format_tag_any) == dnnl_success;
    return DNNL(memory_desc_init_by_strides)(desc, dims, size, type_of(format), stride) ==
           dnnl_success;
}

// Scratch memory is ours, so that threads may run a primitive side by side.
static dnnl_primitive_attr_t attributes(const HostDevice *device, bool add) {
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_post_ops_t after = NULL;
    if (DNNL(primitive_attr_create)(&attributes) != dnnl_success)
        return NULL;
    DNNL(primitive_attr_set_scratchpad_mode)(attributes, dnnl_scratchpad_mode_user);
    if (add && DNNL(post_ops_create)(&after) == dnnl_success) {
        DNNL(post_ops_append_sum)(after, 1);
        DNNL(primitive_attr_set_post_ops)(attributes, after);
        DNNL(post_ops_destroy)(after);
    }
    return attributes;
}

// What the primitive turned out to want.
static void take_wishes(const HostDevice *device, HostMultiply *multiply,
                        const_dnnl_primitive_desc_t chosen) {
    const char *name = "";
    multiply->w = *DNNL(primitive_desc_query_md)(chosen, dnnl_query_weights_md, 0);
    multiply->scratch = *DNNL(primitive_desc_query_md)(chosen, dnnl_query_scratchpad_md, 0);
    multiply->w_bytes = DNNL(memory_desc_get_size)(&multiply->w);
    multiply->scratch_bytes = DNNL(memory_desc_get_size)(&multiply->scratch);
    DNNL(primitive_desc_query)(chosen, dnnl_query_impl_info_str, 0, (void *)&name);
    snprintf(multiply->name, sizeof multiply->name, "%s", name);
}

static bool make(const HostDevice *device, const HostShape *shape, HostMultiply *multiply) {
    long m = shape->m, n = shape->n, k = shape->k;
    dnnl_matmul_desc_t matmul;
    dnnl_primitive_desc_t chosen = NULL;
    const long c_row = n, a_row = shape->a_row ? shape->a_row : k;
    bool good =
        describe(device, shape, &multiply->a, shape->a, (long[]){m, k}, (long[]){a_row, 1}) &&
        describe(device, shape, &multiply->w, shape->a, (long[]){k, n},
                 (long[]){shape->w_row, shape->w_column}) &&
        describe(device, shape, &multiply->stored, shape->a, (long[]){k, n}, (long[]){1, k}) &&
        describe(device, shape, &multiply->c, shape->c, (long[]){m, n}, (long[]){c_row, 1}) &&
        DNNL(matmul_desc_init)(&matmul, &multiply->a, &multiply->w, NULL, &multiply->c) ==
            dnnl_success;
    dnnl_primitive_attr_t with = attributes(device, shape->add);
    good =
        good && with &&
        DNNL(primitive_desc_create)(&chosen, &matmul, with, device->engine, NULL) == dnnl_success;
    if (good) {
        take_wishes(device, multiply, chosen);
        good = strncmp(multiply->name, "ref", 3) != 0 &&
               DNNL(primitive_create)(&multiply->primitive, chosen) == dnnl_success;
        DNNL(primitive_desc_destroy)(chosen);
    }
    if (with)
        DNNL(primitive_attr_destroy)(with);
    return good;
}

RunStatus host_multiply_make(const HostDevice *device, const HostShape *shape,
                             HostMultiply *multiply, Measurement *out) {
    *multiply = (HostMultiply){0};
    // The number of threads is fixed when a primitive is made.
    if (shape->lone)
        device->team.library.set_threads(1);
    bool made = make(device, shape, multiply);
    if (shape->lone)
        device->team.library.set_threads(device->team.threads);
    if (!made)
        return host_fail(out, RUN_UNSUPPORTED, "oneDNN has no %s matmul for this processor",
                         FORMAT_NAMES[shape->a]);
    if (!shape->lone && !host_multiply_handles(device, multiply, multiply->memory))
        return host_fail(out, RUN_OUT_OF_MEMORY, "no scratch memory of %zu bytes",
                         multiply->scratch_bytes);
    return RUN_MEASURED;
}

void host_multiply_drop(const HostDevice *device, HostMultiply *multiply) {
    host_multiply_release(device, multiply->memory);
    if (multiply->primitive)
        DNNL(primitive_destroy)(multiply->primitive);
    *multiply = (HostMultiply){0};
}

bool host_multiply_handles(const HostDevice *device, const HostMultiply *multiply,
                           dnnl_memory_t memory[MEMORIES]) {
    const dnnl_memory_desc_t *descs[MEMORIES] = {&multiply->a, &multiply->w, &multiply->c,
                                                 &multiply->scratch};
    for (int i = 0; i < MEMORIES; i++)
        if (DNNL(memory_create)(&memory[i], descs[i], device->engine,
                                i == SCRATCH ? DNNL_MEMORY_ALLOCATE : DNNL_MEMORY_NONE) !=
            dnnl_success)
            return false;
    return true;
}

void host_multiply_release(const HostDevice *device, dnnl_memory_t memory[MEMORIES]) {
    for (int i = 0; i < MEMORIES; i++)
        if (memory[i])
            DNNL(memory_destroy)(memory[i]);
}

bool host_multiply_execute(const HostDevice *device, const HostMultiply *multiply,
                           dnnl_memory_t memory[MEMORIES], void *const data[MEMORIES]) {
    const dnnl_exec_arg_t arguments[MEMORIES] = {
        {DNNL_ARG_SRC,        memory[A]      },
        {DNNL_ARG_WEIGHTS,    memory[W]      },
        {DNNL_ARG_DST,        memory[C]      },
        {DNNL_ARG_SCRATCHPAD, memory[SCRATCH]}
    };
    bool good = true;
    for (int i = 0; i < SCRATCH; i++)
        good &= DNNL(memory_set_data_handle)(memory[i], data[i]) == dnnl_success;
    return good && DNNL(primitive_execute)(multiply->primitive, device->stream, MEMORIES,
                                           arguments) == dnnl_success;
}

bool host_multiply_run(const HostDevice *device, HostMultiply *multiply, void *a, void *w,
                       void *c) {
    void *const data[MEMORIES] = {a, w, c, NULL};
    return host_multiply_execute(device, multiply, multiply->memory, data);
}

bool host_multiply_pack(const HostDevice *device, const HostMultiply *multiply, void *plain,
                        void *packed) {
    dnnl_primitive_desc_t chosen = NULL;
    dnnl_primitive_t reorder = NULL;
    dnnl_memory_t from = NULL, to = NULL;
    bool good =
        DNNL(reorder_primitive_desc_create)(&chosen, &multiply->stored, device->engine,
                                            &multiply->w, device->engine, NULL) == dnnl_success &&
        DNNL(primitive_create)(&reorder, chosen) == dnnl_success &&
        DNNL(memory_create)(&from, &multiply->stored, device->engine, plain) == dnnl_success &&
        DNNL(memory_create)(&to, &multiply->w, device->engine, packed) == dnnl_success;
    const dnnl_exec_arg_t arguments[] = {
        {DNNL_ARG_FROM, from},
        {DNNL_ARG_TO,   to  }
    };
    good = good && DNNL(primitive_execute)(reorder, device->stream, 2, arguments) == dnnl_success &&
           DNNL(stream_wait)(device->stream) == dnnl_success;
    if (from)
        DNNL(memory_destroy)(from);
    if (to)
        DNNL(memory_destroy)(to);
    if (reorder)
        DNNL(primitive_destroy)(reorder);
    if (chosen)
        DNNL(primitive_desc_destroy)(chosen);
    return good;
}
