// host/kernel.h — a task made ready to run on the host: its operands in memory, and what runs it and reads its result.
//
//     host_prepare ── run, run, ... ── read ── host_rotate ── run, run, ... (operands from memory) ── host_drop
// Buffers are filled by operand.h. After host_rotate a kernel has many copies of its operands, together larger than the
// caches, and each run takes the next: so they come from memory while code and threads stay warm, as when layer follows
// layer.
#ifndef VALIDATE_HOST_KERNEL_H
#define VALIDATE_HOST_KERNEL_H

#include <stdint.h>
#include <string.h>

#include "validate/backend.h"
#include "validate/host/rooms.h"
#include "validate/host/team.h"
#include "validate/host/watch.h"
#include "validate/operand.h"

#ifdef __cplusplus
extern "C" {
#endif

// Loops over floats compiled for the widest vectors there are; the processor picks. Sanitizers do not survive the choice,
// which is made before they start.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) &&                             \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define HOST_WIDEST __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define HOST_WIDEST
#endif

#define HOST_BUFFERS 10

typedef struct HostBuffer {
    void *room; // as taken from the device's rooms
    char *data;
    size_t bytes; // of a copy, padded to lines of the cache
    int copies;
    bool
        lasting; // weights and caches; in a layer activations are left where the kernel before put them
} HostBuffer;

typedef struct HostDevice HostDevice;
typedef struct HostKernel HostKernel;

struct HostDevice {
    HostTeam team;
    dnnl_engine_t engine;
    dnnl_stream_t stream;
    HostRooms rooms;
    HostKernel *kernels; // of the task at hand
    int count;
    bool rotated;
    HostWatch watch; // since the task at hand was prepared
};

struct HostKernel {
    HostDevice *device;
    Task task;
    uint64_t seed;
    HostBuffer buffers[HOST_BUFFERS];
    int buffer_count;
    long turn;  // runs so far: says whose turn among the copies it is
    void *own;  // of the kind
    bool wrong; // a library's call failed
    void (*run)(HostKernel *kernel);
    double (*read)(const HostKernel *kernel, long place);
    void (*drop)(HostKernel *kernel); // frees own; NULL: nothing to free
};

// What makes a kind ready: sets run and read. Anything but RUN_MEASURED: out->detail says why.
typedef RunStatus HostPrepare(HostKernel *kernel, Measurement *out);
HostPrepare host_matmul, host_experts, host_attention, host_norm, host_gated, host_rotary,
    host_quantise, host_dequantise, host_route, host_permute, host_unpermute, host_copy, host_triad;

// Looks the kind up and makes it ready; on failure what was taken is given back.
RunStatus host_prepare(HostKernel *kernel, Measurement *out);
void host_drop(HostKernel *kernel); // its buffers are lost when the device's rooms are cleared

// Makes copies of the operands until all kernels together hold `bytes`; `layer`: of lasting ones only. false: no memory.
bool host_rotate(HostKernel kernels[], int count, double bytes, bool layer);

// A new buffer, poisoned: all ones, which is NaN in every floating format. -1: no memory.
int host_buffer(HostKernel *kernel, double bytes, bool lasting);

// Fails with a detail.
RunStatus host_fail(Measurement *out, RunStatus status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// The buffer's copy whose turn it is.
static inline void *host_data(const HostKernel *kernel, int buffer) {
    const HostBuffer *b = &kernel->buffers[buffer];
    return b->data + (size_t)(kernel->turn % b->copies) * b->bytes;
}

// Where the first number of a tensor's row lies, counted in numbers.
typedef long HostPlace(const HostKernel *kernel, long row);

// Fills rows x columns numbers of an operand as they are stored in fp32, bf16 or int8.
typedef struct HostFill {
    void *to;
    Format format;
    Operand which;
    long first, rows, columns; // first: row of the tensor that is filled first
    long stride;               // from one row to the next, where `place` is NULL
    long step;                 // from one column to the next; 0: 1
    HostPlace *place;
} HostFill;
void host_fill(const HostKernel *kernel, const HostFill *fill);

// Bytes of a stored value: 4, 2 or 1; 0: the host's kernels do not take the format.
int host_bytes(Format format);

// Of outputs: fp32 where the operands are, else bf16.
Format host_output(Format format);

static inline float host_float(uint16_t bf16) {
    uint32_t bits = (uint32_t)bf16 << 16;
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

// To nearest, ties to even; numbers only.
static inline uint16_t host_bf16(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

// A stored value of fp32, bf16 or int8.
static inline double host_value(const void *data, Format format, long at) {
    if (format == FORMAT_FP32)
        return (double)((const float *)data)[at];
    if (format == FORMAT_BF16)
        return (double)host_float(((const uint16_t *)data)[at]);
    return ((const int8_t *)data)[at];
}

#ifdef __cplusplus
}
#endif
#endif
