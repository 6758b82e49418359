// Attention of one query at a time: softmax(q K / sqrt(qk_dim)) V over the keys that it sees.
#include <math.h>
#include <stdlib.h>

#include "sim/base/heap.h"
#include "validate/reference_sum.h"

typedef struct Query {
    long sequence, query, head, kv_head;
    long first, count; // keys that it sees
} Query;

static Query query_of(const Task *task, long row) {
    Query q;
    q.head = row % task->heads;
    q.query = row / task->heads % task->q_len;
    q.sequence = row / task->heads / task->q_len;
    q.kv_head = q.head / (task->heads / task->kv_heads);
    long position = (long)task->kv_len - task->q_len + q.query;
    q.first = task->window > 0 && position + 1 > task->window ? position + 1 - task->window : 0;
    q.count = position + 1 - q.first;
    return q;
}

static uint64_t cache_row(const Task *task, const Query *q, long token) {
    return ((uint64_t)q->sequence * (uint64_t)task->kv_len + (uint64_t)token) *
               (uint64_t)task->kv_heads +
           (uint64_t)q->kv_head;
}

// Neighbouring queries read the same keys, and to make them costs more than to use them.
static void load_keys(ReferenceSum *sum, const Query *q) {
    const Task *task = sum->task;
    long which = q->sequence * task->kv_heads + q->kv_head, width = task->qk_dim;
    if (sum->keys_row == which && q->first >= sum->keys_first &&
        q->first + q->count <= sum->keys_first + sum->keys_count)
        return;
    sum->keys = (float *)heap_resize(sum->keys, q->count * width, sizeof *sum->keys);
    for (long j = 0; j < q->count; j++)
        for (long d = 0; d < width; d++)
            sum->keys[j * width + d] =
                operand_value((Format)task->kv, sum->seed, OPERAND_K,
                              cache_row(task, q, q->first + j), (uint64_t)d, (uint64_t)width);
    sum->keys_row = which;
    sum->keys_first = q->first;
    sum->keys_count = q->count;
}

static void load_weights(ReferenceSum *sum, const Query *q, long row) {
    const Task *task = sum->task;
    long width = task->qk_dim;
    if (sum->row == row)
        return;
    load_keys(sum, q);
    double *query = (double *)heap_take((size_t)width, sizeof *query);
    for (long d = 0; d < width; d++)
        query[d] = (double)operand_value((Format)task->a, sum->seed, OPERAND_A, (uint64_t)row,
                                         (uint64_t)d, (uint64_t)width);
    sum->weights = (double *)heap_resize(sum->weights, q->count, sizeof *sum->weights);
    double most = -HUGE_VAL, total = 0;
    for (long j = 0; j < q->count; j++) {
        const float *key = sum->keys + (q->first - sum->keys_first + j) * width;
        double score = 0;
        for (long d = 0; d < width; d++)
            score += query[d] * (double)key[d];
        sum->weights[j] = score / sqrt((double)width);
        most = fmax(most, sum->weights[j]);
    }
    for (long j = 0; j < q->count; j++)
        total += sum->weights[j] = exp(sum->weights[j] - most);
    for (long j = 0; j < q->count; j++)
        sum->weights[j] /= total;
    free(query);
    sum->row = row;
}

double reference_attention_at(ReferenceSum *sum, long place, double *scale) {
    const Task *task = sum->task;
    long row = place / task->v_dim, dim = place % task->v_dim;
    bool latent = task_latent(task);
    Query q = query_of(task, row);
    load_weights(sum, &q, row);
    double out = 0, squares = 0;
    for (long j = 0; j < q.count; j++) {
        double value = latent
                           ? (double)sum->keys[(q.first - sum->keys_first + j) * task->qk_dim + dim]
                           : (double)operand_value((Format)task->kv, sum->seed, OPERAND_V,
                                                   cache_row(task, &q, q.first + j), (uint64_t)dim,
                                                   (uint64_t)task->v_dim);
        double term = sum->weights[j] * value;
        out += term;
        squares += term * term;
    }
    *scale = fabs(out) + sqrt(squares);
    return out;
}
