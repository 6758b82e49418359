// The inner loops of attention: the running softmax of a row, and products of few rows.
#include "validate/host_attention.h"
#include "validate/host_vector.h"

typedef int32_t IntLanes __attribute__((vector_size(64)));
typedef uint32_t BitLanes __attribute__((vector_size(64)));
typedef uint16_t HalfLanes __attribute__((vector_size(32)));
typedef int8_t ByteLanes __attribute__((vector_size(16)));

HOST_INLINE void lanes_load(HostLanes *to, const void *from, Format format, long at) {
    HalfLanes halves;
    ByteLanes bytes;
    if (format == FORMAT_FP32) {
        memcpy(to, (const float *)from + at, sizeof *to);
    } else if (format == FORMAT_BF16) {
        memcpy(&halves, (const uint16_t *)from + at, sizeof halves);
        BitLanes bits = __builtin_convertvector(halves, BitLanes) << 16;
        memcpy(to, &bits, sizeof *to);
    } else {
        memcpy(&bytes, (const int8_t *)from + at, sizeof bytes);
        *to = __builtin_convertvector(bytes, HostLanes);
    }
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

HOST_INLINE void scores_of(const HostFewRows *few, int rows) {
    for (long at = 0; at < few->tokens; at += HOST_LANES) {
        HostLanes sums[HOST_FEW_ROWS] = {{0}}, keys;
        for (long dim = 0; dim < few->dims; dim++) {
            lanes_load(&keys, few->right, few->format, dim * few->right_row + at);
            for (int row = 0; row < rows; row++)
                sums[row] += keys * few->left[row * few->left_row + dim];
        }
        for (int row = 0; row < rows; row++)
            memcpy(few->out + row * few->out_row + at, &sums[row], sizeof sums[row]);
    }
}

HOST_INLINE void sums_of(const HostFewRows *few, int rows) {
    for (long at = 0; at < few->dims; at += HOST_LANES) {
        HostLanes sums[HOST_FEW_ROWS] = {{0}}, values;
        for (int row = 0; row < rows; row++)
            memcpy(&sums[row], few->out + row * few->out_row + at, sizeof sums[row]);
        for (long token = 0; token < few->tokens; token++) {
            lanes_load(&values, few->right, few->format, token * few->right_row + at);
            for (int row = 0; row < rows; row++)
                sums[row] += values * few->left[row * few->left_row + token];
        }
        for (int row = 0; row < rows; row++)
            memcpy(few->out + row * few->out_row + at, &sums[row], sizeof sums[row]);
    }
}

// The number of rows is a constant in each branch, so that their sums stay in registers.
HOST_WIDEST void host_few_scores(const HostFewRows *few) {
    if (few->rows == 1)
        scores_of(few, 1);
    else if (few->rows == 2)
        scores_of(few, 2);
    else if (few->rows == 4)
        scores_of(few, 4);
    else
        scores_of(few, HOST_FEW_ROWS);
}

HOST_WIDEST void host_few_sums(const HostFewRows *few) {
    if (few->rows == 1)
        sums_of(few, 1);
    else if (few->rows == 2)
        sums_of(few, 2);
    else if (few->rows == 4)
        sums_of(few, 4);
    else
        sums_of(few, HOST_FEW_ROWS);
}
