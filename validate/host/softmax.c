// The inner loops of attention: the running softmax of a row, and products of few rows.
#include "validate/host/attention.h"
#include "validate/host/vector.h"

typedef int32_t IntLanes __attribute__((vector_size(64)));
typedef uint32_t BitLanes __attribute__((vector_size(64)));
typedef uint16_t HalfLanes __attribute__((vector_size(32)));

// Sixteen of fp32 or bf16.
HOST_INLINE void lanes_load(HostLanes *to, const void *from, Format format, long at) {
    HalfLanes halves;
    if (format == FORMAT_FP32) {
        memcpy(to, (const float *)from + at, sizeof *to);
        return;
    }
    memcpy(&halves, (const uint16_t *)from + at, sizeof halves);
    BitLanes bits = __builtin_convertvector(halves, BitLanes) << 16;
    memcpy(to, &bits, sizeof *to);
}

// --- Softmax -----------------------------------------------------------------------------------------------------------

// Below every score; finite, so that differences are numbers.
#define LEAST (-1e30f)

HOST_INLINE float largest(const float *scores, long count) {
    HostLanes most, x;
    memcpy(&most, scores, sizeof most);
    for (long i = HOST_LANES; i < count; i += HOST_LANES) {
        memcpy(&x, scores + i, sizeof x);
        IntLanes more = x > most;
        most = (HostLanes)(((IntLanes)x & more) | ((IntLanes)most & ~more));
    }
    float all = most[0];
    for (int i = 1; i < HOST_LANES; i++)
        all = most[i] > all ? most[i] : all;
    return all;
}

// `count` is a multiple of 16.
HOST_WIDEST void host_soften(const HostSoftmax *row) {
    float *scores = row->scores;
    long from = row->from > 0 ? row->from : 0, to = row->to < row->count ? row->to : row->count;
    for (long i = 0; i < row->count && (i < from || i >= to); i++)
        scores[i] = LEAST;
    for (long i = to > 0 ? to : 0; i < row->count; i++)
        scores[i] = LEAST;
    float before = *row->most, most = largest(scores, row->count);
    if (from >= to) {
        memset(row->weights, 0, (size_t)row->count * (size_t)host_bytes(row->format));
        return;
    }
    most = most > before ? most : before;
    for (long i = 0; i < row->count; i++)
        scores[i] = host_exp((scores[i] - most) * row->scale);
    HostLanes sums = {0}, x;
    for (long i = 0; i < row->count; i += HOST_LANES) {
        memcpy(&x, scores + i, sizeof x);
        sums += x;
    }
    host_store(row->weights, row->format, 0, scores, row->count);
    float shrink = host_exp((before - most) * row->scale);
    *row->sum = *row->sum * shrink + host_sum_lanes(&sums);
    *row->most = most;
    for (long i = 0; i < row->dims && before != most; i++)
        row->outputs[i] *= shrink;
}

// --- Few rows ----------------------------------------------------------------------------------------------------------

// Rows, format and `ways` are constants wherever these are inlined, so that all sums stay in registers. Each row has its
// sum in `ways` parts, as one addition waits for the one before.
#define SUMS 8

HOST_INLINE void scores_of(const HostFewRows *few, int rows, int ways, Format format) {
    const float *left = few->left;
    long left_row = few->left_row, right_row = few->right_row;
    for (long at = 0; at < few->tokens; at += HOST_LANES) {
        HostLanes sums[SUMS] = {{0}}, keys;
        long dim = 0;
        for (; dim + ways <= few->dims; dim += ways)
            for (int way = 0; way < ways; way++) {
                lanes_load(&keys, few->right, format, (dim + way) * right_row + at);
                for (int row = 0; row < rows; row++)
                    sums[way * rows + row] += keys * left[row * left_row + dim + way];
            }
        for (; dim < few->dims; dim++) {
            lanes_load(&keys, few->right, format, dim * right_row + at);
            for (int row = 0; row < rows; row++)
                sums[row] += keys * left[row * left_row + dim];
        }
        for (int row = 0; row < rows; row++) {
            for (int way = 1; way < ways; way++)
                sums[row] += sums[way * rows + row];
            memcpy(few->out + row * few->out_row + at, &sums[row], sizeof sums[row]);
        }
    }
}

// `ways` vectors of outputs from `at` on.
HOST_INLINE void sums_at(const HostFewRows *few, int rows, int ways, Format format, long at) {
    HostLanes sums[SUMS], values;
    const float *left = few->left;
    long left_row = few->left_row, right_row = few->right_row;
    for (int row = 0; row < rows; row++)
        memcpy(&sums[row * ways], few->out + row * few->out_row + at, (size_t)ways * sizeof *sums);
    for (long token = 0; token < few->tokens; token++)
        for (int way = 0; way < ways; way++) {
            lanes_load(&values, few->right, format, token * right_row + at + way * HOST_LANES);
            for (int row = 0; row < rows; row++)
                sums[row * ways + way] += values * left[row * left_row + token];
        }
    for (int row = 0; row < rows; row++)
        memcpy(few->out + row * few->out_row + at, &sums[row * ways], (size_t)ways * sizeof *sums);
}

HOST_INLINE void sums_of(const HostFewRows *few, int rows, int ways, Format format) {
    long at = 0;
    for (; at + ways * HOST_LANES <= few->dims; at += ways * HOST_LANES)
        sums_at(few, rows, ways, format, at);
    for (; at < few->dims; at += HOST_LANES)
        sums_at(few, rows, 1, format, at);
}

#define FOR_ROWS(work, few, format)                                                                \
    do {                                                                                           \
        if ((few)->rows == 1)                                                                      \
            work(few, 1, 4, format);                                                               \
        else if ((few)->rows == 2)                                                                 \
            work(few, 2, 4, format);                                                               \
        else if ((few)->rows == 4)                                                                 \
            work(few, 4, 2, format);                                                               \
        else                                                                                       \
            work(few, HOST_FEW_ROWS, 1, format);                                                   \
    } while (0)

HOST_WIDEST void host_few_scores(const HostFewRows *few) {
    if (few->format == FORMAT_BF16)
        FOR_ROWS(scores_of, few, FORMAT_BF16);
    else
        FOR_ROWS(scores_of, few, FORMAT_FP32);
}

HOST_WIDEST void host_few_sums(const HostFewRows *few) {
    if (few->format == FORMAT_BF16)
        FOR_ROWS(sums_of, few, FORMAT_BF16);
    else
        FOR_ROWS(sums_of, few, FORMAT_FP32);
}
