// host/dnnl.h — one matmul of oneDNN: C[m,n] = A[m,k] W[k,n], A and C row-major.
#ifndef VALIDATE_HOST_DNNL_H
#define VALIDATE_HOST_DNNL_H

#include "validate/host/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct HostShape {
    long batch; // matrices; 0: a single one, without that dimension
    long m, n, k;
    Format a, c; // fp32, bf16, int8 (W as A); fp32, bf16
    long w_row,
        w_column; // values from one row (k) and column (n) of W to the next; both 0: packed as oneDNN prefers
    long a_row; // values from one row of A to the next; 0: k
    bool add;   // to what C holds; then it is fp32
    bool lone;  // run by each thread for itself, with room of its own
} HostShape;

typedef struct HostMultiply {
    dnnl_primitive_t primitive;
    dnnl_memory_desc_t a, w, c, scratch;
    dnnl_memory_desc_t stored; // W as networks keep it, [n,k]
    dnnl_memory_t memory[4];   // a, w, c, scratch; of lone ones each thread makes its own
    size_t w_bytes, scratch_bytes;
    char name[40]; // of the implementation
} HostMultiply;

// RUN_UNSUPPORTED where oneDNN has nothing but its reference code.
RunStatus host_multiply_make(const HostDevice *device, const HostShape *shape,
                             HostMultiply *multiply, Measurement *out);
void host_multiply_drop(const HostDevice *device, HostMultiply *multiply);

// false: a call failed.
bool host_multiply_run(const HostDevice *device, HostMultiply *multiply, void *a, void *w, void *c);

// W[n,k] of each matrix to the packed layout.
bool host_multiply_pack(const HostDevice *device, const HostMultiply *multiply, void *plain,
                        void *packed);

// A thread's own handles on a lone matmul, with its scratch memory.
bool host_multiply_handles(const HostDevice *device, const HostMultiply *multiply,
                           dnnl_memory_t memory[4]);
void host_multiply_release(const HostDevice *device, dnnl_memory_t memory[4]);
bool host_multiply_execute(const HostDevice *device, const HostMultiply *multiply,
                           dnnl_memory_t memory[4], void *const data[4]);

#ifdef __cplusplus
}
#endif
#endif
