// Quantise: rows of bf16 to a narrower format, with a scale a block (int8, fp8: a row); and dequantise: back to bf16.
#include "validate/host/vector.h"

#include <stdio.h>

enum { IN, OUT, SCALES };

static bool takes(Format format) {
    return format == FORMAT_INT8 || format == FORMAT_INT4 || format == FORMAT_FP8 ||
           format == FORMAT_FP8_BLOCK;
}

// Values that share a scale along a row of n.
static long block_of(Format format, long n) {
    long block = operand_block(format);
    return block > 0 && block < n ? block : n;
}

static long blocks_of(Format format, long n) {
    long block = block_of(format, n);
    return (n + block - 1) / block;
}

static long row_bytes(Format format, long n) {
    return format == FORMAT_INT4 ? (n + 1) / 2 : n;
}

// --- Codes -------------------------------------------------------------------------------------------------------------

// e4m3 of a number of at most 448: bias 7 for 127, three bits of mantissa for 23; below 2^-6 multiples of 2^-9.
HOST_INLINE uint8_t fp8_code(float x) {
    const float magic = 12582912; // 1.5 x 2^23: adding it rounds to a whole number
    uint32_t bits, small;
    float size = fabsf(x), steps = size * 512 + magic;
    memcpy(&bits, &size, sizeof bits);
    memcpy(&small, &steps, sizeof small);
    uint32_t normal = ((bits + 0x7ffff + (bits >> 20 & 1)) >> 20) - (120u << 3);
    uint32_t code = size < 0x1p-6f ? small & 0xff : normal;
    return (uint8_t)(code | (x < 0 ? 0x80u : 0));
}

HOST_INLINE float fp8_value(uint8_t code) {
    uint32_t bits = ((uint32_t)(code & 0x7f) << 20) + (120u << 23);
    float normal;
    memcpy(&normal, &bits, sizeof normal);
    float size = (code & 0x78) ? normal : (float)(code & 7) * 0x1p-9f;
    return code & 0x80 ? -size : size;
}

HOST_INLINE int nearest(float x) {
    return (int)(x + (x < 0 ? -0.5f : 0.5f));
}

// `count` codes from column `at` on, an even number.
HOST_INLINE void encode(uint8_t *to, Format format, long at, const float *from, long count) {
    if (format == FORMAT_INT8)
        for (long i = 0; i < count; i++)
            to[at + i] = (uint8_t)(int8_t)nearest(from[i]);
    else if (format == FORMAT_INT4)
        for (long i = 0; i < count; i += 2)
            to[(at + i) / 2] = (uint8_t)((nearest(from[i]) & 15) |
                                         (i + 1 < count ? (nearest(from[i + 1]) & 15) << 4 : 0));
    else
        for (long i = 0; i < count; i++)
            to[at + i] = fp8_code(from[i]);
}

HOST_INLINE void decode(float *to, const uint8_t *from, Format format, long at, long count) {
    if (format == FORMAT_INT8)
        for (long i = 0; i < count; i++)
            to[i] = (float)(int8_t)from[at + i];
    else if (format == FORMAT_INT4)
        for (long i = 0; i < count / 2 + count % 2; i++) {
            int both = from[at / 2 + i];
            to[2 * i] = (float)(((both & 15) ^ 8) - 8);
            to[2 * i + 1] = (float)((both >> 4 ^ 8) - 8);
        }
    else
        for (long i = 0; i < count; i++)
            to[i] = fp8_value(from[at + i]);
}

// --- Quantise ----------------------------------------------------------------------------------------------------------

static float most_of(Format format) {
    return format == FORMAT_INT8 ? 127 : format == FORMAT_INT4 ? 7 : 448;
}

// Largest magnitude.
HOST_INLINE float largest(const float *x, long count) {
    float most[HOST_LANES] = {0}, all = 0;
    long i = 0;
    for (; i + HOST_LANES <= count; i += HOST_LANES)
        for (int k = 0; k < HOST_LANES; k++)
            most[k] = fabsf(x[i + k]) > most[k] ? fabsf(x[i + k]) : most[k];
    for (; i < count; i++)
        all = fabsf(x[i]) > all ? fabsf(x[i]) : all;
    for (int k = 0; k < HOST_LANES; k++)
        all = most[k] > all ? most[k] : all;
    return all;
}

// A row: for each block its largest value, then its codes.
HOST_WIDEST static void quantise_row(const uint16_t *in, uint8_t *out, float *scales, Format format,
                                     long n) {
    float x[HOST_BLOCK];
    long block = block_of(format, n);
    for (long first = 0; first < n; first += block) {
        long end = first + block < n ? first + block : n;
        float most = 0;
        for (long i = first; i < end; i += HOST_BLOCK) {
            long count = end - i < HOST_BLOCK ? end - i : HOST_BLOCK;
            host_load(x, in, FORMAT_BF16, i, count);
            float part = largest(x, count);
            most = part > most ? part : most;
        }
        float scale = most > 0 ? most / most_of(format) : 1, inverse = 1 / scale;
        scales[first / block] = scale;
        for (long i = first; i < end; i += HOST_BLOCK) {
            long count = end - i < HOST_BLOCK ? end - i : HOST_BLOCK;
            host_load(x, in, FORMAT_BF16, i, count);
            for (long k = 0; k < count; k++)
                x[k] *= inverse;
            encode(out, format, i, x, count);
        }
    }
}

static void quantise_rows(void *context, int thread, int threads) {
    const HostKernel *kernel = context;
    Format format = (Format)kernel->task.a;
    long from, to, n = kernel->task.n, bytes = row_bytes(format, n), blocks = blocks_of(format, n);
    const uint16_t *in = host_data(kernel, IN);
    uint8_t *out = host_data(kernel, OUT);
    float *scales = host_data(kernel, SCALES);
    host_share(kernel->task.m, thread, threads, &from, &to);
    for (long i = from; i < to; i++)
        quantise_row(in + i * n, out + i * bytes, scales + i * blocks, format, n);
}

static void run_quantise(HostKernel *kernel) {
    host_team_run(&kernel->device->team, quantise_rows, kernel);
}

static double read_quantised(const HostKernel *kernel, long place) {
    Format format = (Format)kernel->task.a;
    long n = kernel->task.n, row = place / n, column = place % n;
    const uint8_t *codes = host_data(kernel, OUT);
    const float *scales = host_data(kernel, SCALES);
    float pair[2];
    decode(pair, codes + row * row_bytes(format, n), format, column & ~1L, 2);
    return (double)(pair[column & 1] *
                    scales[row * blocks_of(format, n) + column / block_of(format, n)]);
}

RunStatus host_quantise(HostKernel *kernel, Measurement *out) {
    const Task *task = &kernel->task;
    Format format = (Format)task->a;
    double m = task->m, n = task->n;
    if (!takes(format))
        return host_fail(out, RUN_UNSUPPORTED, "the host quantises to int8, int4 and fp8, not %s",
                         FORMAT_NAMES[format]);
    if (host_buffer(kernel, m * n * HALF_BYTES, false) < 0 ||
        host_buffer(kernel, m * (double)row_bytes(format, task->n), false) < 0 ||
        host_buffer(kernel, m * (double)blocks_of(format, task->n) * sizeof(float), false) < 0)
        return host_fail(out, RUN_OUT_OF_MEMORY, "no memory for the operands");
    HostFill fill = {.to = host_data(kernel, IN),
                     .format = FORMAT_BF16,
                     .which = OPERAND_A,
                     .rows = task->m,
                     .columns = task->n,
                     .stride = task->n};
    host_fill(kernel, &fill);
    snprintf(out->kernel, sizeof out->kernel, "rows shared out to threads, fp32 scales");
    kernel->run = run_quantise;
    kernel->read = read_quantised;
    return RUN_MEASURED;
}

// --- Dequantise --------------------------------------------------------------------------------------------------------

HOST_WIDEST static void dequantise_row(const uint8_t *in, uint16_t *out, const float *scales,
                                       Format format, long n) {
    float x[HOST_BLOCK + 1];
    long block = block_of(format, n);
    for (long i = 0; i < n;) {
        long end = (i / block + 1) * block < n ? (i / block + 1) * block : n;
        long count = end - i < HOST_BLOCK ? end - i : HOST_BLOCK;
        float scale = scales[i / block];
        decode(x, in, format, i, count);
        for (long k = 0; k < count; k++)
            x[k] *= scale;
        host_store(out, FORMAT_BF16, i, x, count);
        i += count;
    }
}

static void dequantise_rows(void *context, int thread, int threads) {
    const HostKernel *kernel = context;
    Format format = (Format)kernel->task.b;
    long from, to, n = kernel->task.n, bytes = row_bytes(format, n), blocks = blocks_of(format, n);
    long shared =
        format == FORMAT_FP8_BLOCK ? operand_block(format) : 1; // rows with the same scales
    const uint8_t *in = host_data(kernel, IN);
    uint16_t *out = host_data(kernel, OUT);
    const float *scales = host_data(kernel, SCALES);
    host_share(kernel->task.m, thread, threads, &from, &to);
    for (long i = from; i < to; i++)
        dequantise_row(in + i * bytes, out + i * n, scales + i / shared * blocks, format, n);
}

static void run_dequantise(HostKernel *kernel) {
    host_team_run(&kernel->device->team, dequantise_rows, kernel);
}

static double read_half(const HostKernel *kernel, long place) {
    return host_value(host_data(kernel, OUT), FORMAT_BF16, place);
}

static void fill_codes(void *context, int thread, int threads) {
    const HostKernel *kernel = context;
    const Task *task = &kernel->task;
    Format format = (Format)task->b;
    long from, to, n = task->n, bytes = row_bytes(format, n), blocks = blocks_of(format, n);
    uint8_t *codes = host_data(kernel, IN);
    float *scales = host_data(kernel, SCALES);
    host_share(task->m, thread, threads, &from, &to);
    for (long row = from; row < to; row++) {
        for (long i = 0; i < n; i += 2) {
            float pair[2] = {0};
            for (long k = 0; k < 2 && i + k < n; k++)
                pair[k] = operand_stored(format, kernel->seed, OPERAND_W, (uint64_t)row,
                                         (uint64_t)(i + k), (uint64_t)n);
            encode(codes + row * bytes, format, i, pair, i + 1 < n ? 2 : 1);
        }
        for (long block = 0; block < blocks; block++)
            scales[row * blocks + block] =
                operand_block(format) == 0
                    ? 1
                    : operand_scale(kernel->seed, OPERAND_W, (uint64_t)(row * blocks + block));
    }
}

RunStatus host_dequantise(HostKernel *kernel, Measurement *out) {
    const Task *task = &kernel->task;
    Format format = (Format)task->b;
    double m = task->m, n = task->n;
    if (!takes(format))
        return host_fail(out, RUN_UNSUPPORTED, "the host dequantises int8, int4 and fp8, not %s",
                         FORMAT_NAMES[format]);
    if (host_buffer(kernel, m * (double)row_bytes(format, task->n), true) < 0 ||
        host_buffer(kernel, m * n * HALF_BYTES, false) < 0 ||
        host_buffer(kernel, m * (double)blocks_of(format, task->n) * sizeof(float), true) < 0)
        return host_fail(out, RUN_OUT_OF_MEMORY, "no memory for the operands");
    host_team_run(&kernel->device->team, fill_codes, kernel);
    snprintf(out->kernel, sizeof out->kernel, "rows shared out to threads, fp32 scales");
    kernel->run = run_dequantise;
    kernel->read = read_half;
    return RUN_MEASURED;
}
