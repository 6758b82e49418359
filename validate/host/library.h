// host/library.h — oneDNN, and the threads that it runs on, opened when first needed.
//
// Not linked in: that would add 2.3 ms to the start of every command, which takes 1.5 ms without it. Our own kernels run on
// the library's OpenMP threads, by GOMP_parallel (what gcc's -fopenmp calls; LLVM's runtime has it too), so that no two
// pools wait for the same cores: a parallel region then costs a microsecond or two.
#ifndef VALIDATE_HOST_LIBRARY_H
#define VALIDATE_HOST_LIBRARY_H

#include <stdbool.h>

#include <oneapi/dnnl/dnnl.h>

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HOST_LIBRARY_CALLS(X)                                                                      \
    X(dnnl_version)                                                                                \
    X(dnnl_engine_create)                                                                          \
    X(dnnl_engine_destroy)                                                                         \
    X(dnnl_stream_create)                                                                          \
    X(dnnl_stream_destroy)                                                                         \
    X(dnnl_stream_wait)                                                                            \
    X(dnnl_memory_desc_init_by_tag)                                                                \
    X(dnnl_memory_desc_init_by_strides)                                                            \
    X(dnnl_memory_desc_get_size)                                                                   \
    X(dnnl_memory_create)                                                                          \
    X(dnnl_memory_destroy)                                                                         \
    X(dnnl_memory_set_data_handle)                                                                 \
    X(dnnl_matmul_desc_init)                                                                       \
    X(dnnl_primitive_attr_create)                                                                  \
    X(dnnl_primitive_attr_destroy)                                                                 \
    X(dnnl_primitive_attr_set_scratchpad_mode)                                                     \
    X(dnnl_primitive_attr_set_post_ops)                                                            \
    X(dnnl_post_ops_create)                                                                        \
    X(dnnl_post_ops_destroy)                                                                       \
    X(dnnl_post_ops_append_sum)                                                                    \
    X(dnnl_primitive_desc_create)                                                                  \
    X(dnnl_primitive_desc_destroy)                                                                 \
    X(dnnl_primitive_desc_query)                                                                   \
    X(dnnl_primitive_desc_query_md)                                                                \
    X(dnnl_reorder_primitive_desc_create)                                                          \
    X(dnnl_primitive_create)                                                                       \
    X(dnnl_primitive_destroy)                                                                      \
    X(dnnl_primitive_execute)

// Of the OpenMP runtime that oneDNN brings along.
typedef void HostParallel(void (*work)(void *), void *context, unsigned threads, unsigned flags);

typedef struct HostLibrary {
    void *handle;
#define HOST_LIBRARY_MEMBER(name) __typeof__(name) *name;
    HOST_LIBRARY_CALLS(HOST_LIBRARY_MEMBER)
#undef HOST_LIBRARY_MEMBER
    HostParallel *parallel;
    int (*thread_number)(void);
    void (*set_threads)(int);
    int (*pause)(int kind); // ends the threads; NULL: an old runtime
} HostLibrary;

// false: oneDNN 2 with OpenMP is not installed.
bool host_library_open(HostLibrary *library, Error *err);

// Ends the threads, so that the process may fork and start others. The library itself stays loaded.
void host_library_close(HostLibrary *library);

#ifdef __cplusplus
}
#endif
#endif
