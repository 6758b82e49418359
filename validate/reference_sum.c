#include "validate/reference_sum.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/heap.h"

// A number of a tensor, by format and place; as double.
static double element(const ReferenceSum *sum, int format, Operand which, long row, long column,
                      long columns) {
    return (double)operand_value((Format)format, sum->seed, which, (uint64_t)row, (uint64_t)column,
                                 (uint64_t)columns);
}

// Tokens in the order of their experts (back: places by token and choice).
static long *expert_order(const Task *task, uint64_t seed, bool back) {
    long rows = (long)task->m * task->top_k;
    long *order = (long *)heap_take((size_t)rows, sizeof *order);
    long *next = (long *)heap_take((size_t)task->experts + 1, sizeof *next);
    for (long i = 0; i < rows; i++)
        next[1 + route_expert(seed, i / task->top_k, (int)(i % task->top_k), task->experts)]++;
    for (int e = 0; e < task->experts; e++)
        next[e + 1] += next[e];
    for (long i = 0; i < rows; i++) {
        int expert = route_expert(seed, i / task->top_k, (int)(i % task->top_k), task->experts);
        long place = next[expert]++;
        order[back ? i : place] = back ? place : i;
    }
    free(next);
    return order;
}

ReferenceSum reference_sum_begin(const Task *task, uint64_t seed) {
    ReferenceSum sum = {.task = task, .seed = seed, .row = -1, .keys_row = -1};
    if (task->kind == TASK_PERMUTE || task->kind == TASK_UNPERMUTE)
        sum.order = expert_order(task, seed, task->kind == TASK_UNPERMUTE);
    return sum;
}

void reference_sum_end(ReferenceSum *sum) {
    free(sum->weights);
    free(sum->keys);
    free(sum->experts);
    free(sum->order);
}

static double matmul_at(ReferenceSum *sum, long place, double *scale) {
    const Task *task = sum->task;
    long row = place / task->n, column = place % task->n, k = task->k, matrix = 0;
    if (task->kind == TASK_MATMUL)
        matrix = row / task->m;
    else
        while (experts_first_row(task->m, task->experts, (int)matrix + 1) <= row)
            matrix++;
    if (sum->row != row) {
        sum->keys = (float *)heap_resize(sum->keys, k, sizeof *sum->keys);
        for (long i = 0; i < k; i++)
            sum->keys[i] = (float)element(sum, task->a, OPERAND_A, row, i, k);
        sum->row = row;
    }
    double out = 0, squares = 0;
    for (long i = 0; i < k; i++) {
        double term = (double)sum->keys[i] *
                      element(sum, task->b, OPERAND_W, matrix * task->n + column, i, k);
        out += term;
        squares += term * term;
    }
    *scale = fabs(out) + sqrt(squares);
    return out;
}

static double new_residual(const ReferenceSum *sum, long row, long column) {
    const Task *task = sum->task;
    return element(sum, task->a, OPERAND_A, row, column, task->n) +
           element(sum, task->a, OPERAND_RESIDUAL, row, column, task->n);
}

static double norm_at(ReferenceSum *sum, long place, double *scale) {
    const Task *task = sum->task;
    long size = (long)task->m * task->n, row = place % size / task->n, column = place % task->n;
    double value = new_residual(sum, row, column);
    *scale = fabs(value);
    if (place >= size)
        return value;
    if (sum->row != row) {
        double squares = 0;
        for (long i = 0; i < task->n; i++)
            squares += pow(new_residual(sum, row, i), 2);
        sum->weights = (double *)heap_resize(sum->weights, 1, sizeof *sum->weights);
        sum->weights[0] = sqrt(squares / task->n + NORM_EPSILON);
        sum->row = row;
    }
    value *= element(sum, task->a, OPERAND_W, 0, column, task->n) / sum->weights[0];
    *scale = fabs(value);
    return value;
}

static double gated_at(const ReferenceSum *sum, long place, double *scale) {
    const Task *task = sum->task;
    long row = place / task->n, column = place % task->n, columns = 2L * task->n;
    double left = element(sum, task->a, OPERAND_A, row, column, columns);
    double right = element(sum, task->a, OPERAND_A, row, task->n + column, columns);
    double out = left / (1 + exp(-left)) * right;
    *scale = fabs(out);
    return out;
}

// Number `dim` of a row of queries or keys after it was turned.
static double turned(const ReferenceSum *sum, Operand which, long row, long heads, long dim,
                     double *scale) {
    const Task *task = sum->task;
    long width = task->qk_dim, half = width / 2, pair = dim % half;
    double angle =
        rotary_position(row / heads) * pow(ROTARY_BASE, -2.0 * (double)pair / (double)width);
    double first = element(sum, task->a, which, row, pair, width);
    double second = element(sum, task->a, which, row, pair + half, width);
    double own = (dim < half ? first : second) * cos(angle);
    double other = (dim < half ? -second : first) * sin(angle);
    *scale = fabs(own + other) + hypot(first, second); // an angle's error moves both
    return own + other;
}

// What the cache keeps of a number is off by half a step of its format; in fp8 the least step is 2^-9.
static void widen(const Task *task, double value, double *scale) {
    double off = task->kv == FORMAT_FP8    ? 0x1p-4 * fabs(value) + 0x1p-10
                 : task->kv == FORMAT_BF16 ? 0x1p-8 * fabs(value)
                 : task->kv == FORMAT_FP16 ? 0x1p-11 * fabs(value)
                                           : 0;
    *scale += 1.05 * off / reference_tolerance(task);
}

static double rotary_at(const ReferenceSum *sum, long place, double *scale) {
    const Task *task = sum->task;
    long queries = (long)task->m * task->heads * task->qk_dim;
    long keys = (long)task->m * task->kv_heads * task->qk_dim;
    if (place < queries)
        return turned(sum, OPERAND_A, place / task->qk_dim, task->heads, place % task->qk_dim,
                      scale);
    place -= queries;
    double value;
    if (place < keys) {
        value = turned(sum, OPERAND_K, place / task->qk_dim, task->kv_heads, place % task->qk_dim,
                       scale);
    } else {
        place -= keys;
        value =
            element(sum, task->a, OPERAND_V, place / task->v_dim, place % task->v_dim, task->v_dim);
        *scale = fabs(value);
    }
    widen(task, value, scale);
    return value;
}

// Rounding to a block's grid leaves errors of the block's largest number, floating formats also of the number itself.
static double quantise_at(const ReferenceSum *sum, long place, double *scale) {
    const Task *task = sum->task;
    long row = place / task->n, column = place % task->n, block = operand_block((Format)task->a);
    long from = block ? column / block * block : 0;
    long to = block && from + block < task->n ? from + block : task->n;
    double most = 0, value = element(sum, FORMAT_BF16, OPERAND_A, row, column, task->n);
    for (long i = from; i < to; i++)
        most = fmax(most, fabs(element(sum, FORMAT_BF16, OPERAND_A, row, i, task->n)));
    bool fp8 = task->a == FORMAT_FP8 || task->a == FORMAT_FP8_BLOCK;
    *scale = fp8 ? fabs(value) + most * 0x1p-6 : most; // small: below fp8's least exponent
    return value;
}

// The best top_k of a token's scores in descending order, of equals the lower expert first.
static void choose(ReferenceSum *sum, long token) {
    const Task *task = sum->task;
    int count = task->experts;
    sum->weights = (double *)heap_resize(sum->weights, count, sizeof *sum->weights);
    sum->experts = (int *)heap_resize(sum->experts, task->top_k, sizeof *sum->experts);
    double most = -HUGE_VAL, total = 0;
    for (int e = 0; e < count; e++) {
        sum->weights[e] = element(sum, FORMAT_FP32, OPERAND_CHOICE, token, e, count);
        most = fmax(most, sum->weights[e]);
    }
    for (int c = 0; c < task->top_k; c++) {
        int best = -1;
        for (int e = 0; e < count; e++) {
            bool taken = false;
            for (int earlier = 0; earlier < c && !taken; earlier++)
                taken = sum->experts[earlier] == e;
            if (!taken && (best < 0 || sum->weights[e] > sum->weights[best]))
                best = e;
        }
        sum->experts[c] = best;
    }
    for (int e = 0; e < count; e++)
        total += sum->weights[e] = exp(sum->weights[e] - most);
    for (int e = 0; e < count; e++)
        sum->weights[e] /= total;
    sum->row = token;
}

static double route_at(ReferenceSum *sum, long place, double *scale) {
    const Task *task = sum->task;
    long size = (long)task->m * task->top_k, token = place % size / task->top_k;
    int choice = (int)(place % task->top_k);
    if (sum->row != token)
        choose(sum, token);
    int expert = sum->experts[choice];
    *scale = place < size ? 1 : sum->weights[expert];
    return place < size ? expert : sum->weights[expert];
}

static double permuted_at(const ReferenceSum *sum, long place, double *scale) {
    const Task *task = sum->task;
    long row = place / task->n, column = place % task->n;
    double out = 0, squares = 0;
    *scale = 1;
    if (task->kind == TASK_PERMUTE)
        return element(sum, task->a, OPERAND_A, sum->order[row] / task->top_k, column, task->n);
    for (int c = 0; c < task->top_k; c++) {
        long choice = row * task->top_k + c;
        double weight =
            (double)operand_normal(sum->seed + 64 * (uint64_t)OPERAND_SCALES, (uint64_t)choice);
        double term =
            weight * element(sum, task->a, OPERAND_A, sum->order[choice], column, task->n);
        out += term;
        squares += term * term;
    }
    *scale = fabs(out) + sqrt(squares);
    return out;
}

// Of 4-byte elements on rank 0.
static double collective_at(const ReferenceSum *sum, long place, double *scale) {
    const Task *task = sum->task;
    long count = (long)(task->bytes / 4), share = count / task->ranks;
    double out = 0, squares = 0;
    *scale = 1;
    if (task->kind == TASK_ALL_GATHER)
        return element(sum, FORMAT_FP32, OPERAND_A, place / share, place % share, share);
    if (task->kind == TASK_ALL_TO_ALL)
        return element(sum, FORMAT_FP32, OPERAND_A, place / share, place % share, count);
    for (int rank = 0; rank < task->ranks; rank++) {
        double term = element(sum, FORMAT_FP32, OPERAND_A, rank, place, count);
        out += term;
        squares += term * term;
    }
    *scale = fabs(out) + sqrt(squares);
    return out;
}

static double stream_at(const ReferenceSum *sum, long place, double *scale) {
    double b = element(sum, FORMAT_FP32, OPERAND_A, place, 0, 1);
    if (sum->task->kind == TASK_COPY) {
        *scale = 1;
        return b;
    }
    double c = TRIAD_FACTOR * element(sum, FORMAT_FP32, OPERAND_W, place, 0, 1);
    *scale = fabs(b) + fabs(c);
    return b + c;
}

double reference_sum_at(ReferenceSum *sum, long place, double *scale) {
    const Task *task = sum->task;
    double value;
    switch (task->kind) {
    case TASK_MATMUL:
    case TASK_EXPERTS:
        return matmul_at(sum, place, scale);
    case TASK_PREFILL:
    case TASK_DECODE:
        return reference_attention_at(sum, place, scale);
    case TASK_NORM:
        return norm_at(sum, place, scale);
    case TASK_GATED:
        return gated_at(sum, place, scale);
    case TASK_ROTARY:
        return rotary_at(sum, place, scale);
    case TASK_QUANTISE:
        return quantise_at(sum, place, scale);
    case TASK_DEQUANTISE:
        value = element(sum, task->b, OPERAND_W, place / task->n, place % task->n, task->n);
        *scale = fabs(value);
        return value;
    case TASK_ROUTE:
        return route_at(sum, place, scale);
    case TASK_PERMUTE:
    case TASK_UNPERMUTE:
        return permuted_at(sum, place, scale);
    case TASK_COPY:
    case TASK_TRIAD:
        return stream_at(sum, place, scale);
    default:
        return collective_at(sum, place, scale);
    }
}
