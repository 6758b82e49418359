// The reference against kernels written here in float, as devices work: they must pass, and must not when they err the way
// kernels do.
#include "validate/reference.h"

#include <stdlib.h>

#include "sim/base/test.h"

typedef enum Fault {
    NO_FAULT,
    SLICE_LOST,   // 16 of the terms of a sum
    EDGE_WRONG,   // the last row takes the one before
    MASK_SHIFTED, // a query sees one key more, or less at the end
    HEAD_WRONG,   // takes the keys of another head
    POISON_LEFT   // one output is not written
} Fault;

static float value_of(const Task *task, int format, Operand which, long row, long column,
                      long columns) {
    (void)task;
    return operand_value((Format)format, reference_seed(0), which, (uint64_t)row, (uint64_t)column,
                         (uint64_t)columns);
}

static float rounded(const Task *task, float x) {
    return operand_code(task_output_format(task), x);
}

static float matmul(const Task *task, long place, Fault fault) {
    long row = place / task->n, column = place % task->n, k = task->k, matrix = 0;
    if (fault == EDGE_WRONG && row == (long)task->m - 1)
        row--;
    if (task->kind == TASK_MATMUL)
        matrix = row / task->m;
    else
        for (long e = 0; e < task->experts; e++) // counted, not by formula
            matrix += row >= experts_first_row(task->m, task->experts, (int)e + 1);
    float sum = 0;
    for (long i = fault == SLICE_LOST ? 16 : 0; i < k; i++)
        sum += value_of(task, task->a, OPERAND_A, row, i, k) *
               value_of(task, task->b, OPERAND_W, matrix * task->n + column, i, k);
    return rounded(task, sum);
}

// Online softmax over blocks of 16 keys, weights rounded to the format of the second product.
static float attention(const Task *task, long place, Fault fault) {
    long dim = place % task->v_dim, row = place / task->v_dim, width = task->qk_dim;
    long head = row % task->heads, query = row / task->heads % task->q_len;
    long sequence = row / task->heads / task->q_len;
    long kv_head = head * task->kv_heads / task->heads;
    long last = (long)task->kv_len - task->q_len + query;
    if (fault == HEAD_WRONG)
        kv_head = (kv_head + 1) % task->kv_heads;
    if (fault == MASK_SHIFTED)
        last += last + 1 < task->kv_len ? 1 : -1;
    float most = -1e30f, total = 0, out = 0;
    for (long j = 0; j <= last; j++) {
        if (task->window && last - j >= task->window)
            continue;
        long cache = (sequence * task->kv_len + j) * task->kv_heads + kv_head;
        float score = 0;
        for (long d = 0; d < width; d++)
            score += value_of(task, task->a, OPERAND_A, row, d, width) *
                     value_of(task, task->kv, OPERAND_K, cache, d, width);
        score /= sqrtf((float)width);
        float next = score > most ? score : most, shrink = expf(most - next);
        float weight = expf(score - next);
        float value = task_latent(task)
                          ? value_of(task, task->kv, OPERAND_K, cache, dim, width)
                          : value_of(task, task->kv, OPERAND_V, cache, dim, task->v_dim);
        total = total * shrink + weight;
        out = out * shrink + rounded(task, weight) * value;
        most = next;
    }
    return rounded(task, out / total);
}

static float norm(const Task *task, long place, Fault fault) {
    long size = (long)task->m * task->n, row = place % size / task->n, column = place % task->n;
    float squares = 0;
    for (long i = fault == SLICE_LOST ? 16 : 0; i < task->n; i++) {
        float x = value_of(task, task->a, OPERAND_A, row, i, task->n) +
                  value_of(task, task->a, OPERAND_RESIDUAL, row, i, task->n);
        squares += x * x;
    }
    float x = rounded(task, value_of(task, task->a, OPERAND_A, row, column, task->n) +
                                value_of(task, task->a, OPERAND_RESIDUAL, row, column, task->n));
    if (place >= size)
        return x;
    float inverse = 1 / sqrtf(squares / (float)task->n + (float)NORM_EPSILON);
    return rounded(task, rounded(task, x * inverse) *
                             value_of(task, task->a, OPERAND_W, 0, column, task->n));
}

static float gated(const Task *task, long place, Fault fault) {
    long row = place / task->n, column = place % task->n;
    float left = value_of(task, task->a, OPERAND_A, row, column, 2L * task->n);
    float right = value_of(task, task->a, OPERAND_A, row, task->n + column, 2L * task->n);
    float out = rounded(task, left / (1 + expf(-left)));
    return rounded(task, out * (fault == HEAD_WRONG ? left : right));
}

static float rotary(const Task *task, long place, Fault fault) {
    long queries = (long)task->m * task->heads * task->qk_dim;
    long keys = (long)task->m * task->kv_heads * task->qk_dim, width = task->qk_dim;
    bool key = place >= queries;
    if (place >= queries + keys) {
        place -= queries + keys;
        return operand_code((Format)task->kv,
                            value_of(task, task->a, OPERAND_V, place / task->v_dim,
                                     place % task->v_dim, task->v_dim));
    }
    place -= key ? queries : 0;
    long row = place / width, dim = place % width, heads = key ? task->kv_heads : task->heads;
    long pair = dim % (width / 2);
    float position = (float)(rotary_position(row / heads) + (fault == MASK_SHIFTED));
    float angle = position * powf((float)ROTARY_BASE, -2.0f * (float)pair / (float)width);
    Operand which = key ? OPERAND_K : OPERAND_A;
    float first = value_of(task, task->a, which, row, pair, width);
    float second = value_of(task, task->a, which, row, pair + width / 2, width);
    float out = dim < width / 2 ? first * cosf(angle) - second * sinf(angle)
                                : second * cosf(angle) + first * sinf(angle);
    return operand_code(key ? (Format)task->kv : task_output_format(task), out);
}

static float quantised(const Task *task, long place, Fault fault) {
    static const float MOST[FORMAT_COUNT] = {
        [FORMAT_FP8] = 448, [FORMAT_FP8_BLOCK] = 448, [FORMAT_INT8] = 127,
        [FORMAT_INT4] = 7,  [FORMAT_NVFP4] = 6,       [FORMAT_MXFP4] = 6};
    long row = place / task->n, column = place % task->n, block = operand_block((Format)task->a);
    long from = block ? column / block * block : 0;
    long to = block && from + block < task->n ? from + block : task->n;
    if (fault == EDGE_WRONG && from > 0) // scale of the block before
        from -= block, to -= block;
    float most = 0, x = value_of(task, FORMAT_BF16, OPERAND_A, row, column, task->n);
    for (long i = from; i < to; i++)
        most = fmaxf(most, fabsf(value_of(task, FORMAT_BF16, OPERAND_A, row, i, task->n)));
    float scale = most / MOST[task->a];
    if (task->a == FORMAT_NVFP4)
        scale = operand_code(FORMAT_FP8, scale);
    if (task->a == FORMAT_MXFP4)
        scale = exp2f(floorf(log2f(most)) - 2);
    bool whole = task->a == FORMAT_INT8 || task->a == FORMAT_INT4;
    float code = whole ? rintf(x / scale) : operand_code((Format)task->a, x / scale);
    return scale * fminf(fmaxf(code, -MOST[task->a]), MOST[task->a]);
}

static float routed(const Task *task, long place, Fault fault) {
    long size = (long)task->m * task->top_k, token = place % size / task->top_k;
    int choice = (int)(place % task->top_k), found = -1;
    float total = 0;
    for (int e = 0; e < task->experts; e++) {
        float score = value_of(task, FORMAT_FP32, OPERAND_CHOICE, token, e, task->experts);
        int better = fault == MASK_SHIFTED && e == 0 ? 1 : 0;
        for (int other = 0; other < task->experts; other++) {
            float rival = value_of(task, FORMAT_FP32, OPERAND_CHOICE, token, other, task->experts);
            better += rival > score || (rival == score && other < e);
        }
        total += expf(score);
        if (better == choice && found < 0)
            found = e;
    }
    if (place < size)
        return (float)found;
    return expf(value_of(task, FORMAT_FP32, OPERAND_CHOICE, token, found, task->experts)) / total;
}

// Rows of an expert before (token, choice), by counting.
static long place_of(const Task *task, long token, int choice) {
    uint64_t seed = reference_seed(0);
    int expert = route_expert(seed, token, choice, task->experts);
    long before = 0;
    for (long t = 0; t < task->m; t++)
        for (int c = 0; c < task->top_k; c++) {
            int other = route_expert(seed, t, c, task->experts);
            before += other < expert || (other == expert && t < token);
        }
    return before;
}

static float moved(const Task *task, long place, Fault fault) {
    long row = place / task->n, column = place % task->n;
    float out = 0;
    if (task->kind == TASK_PERMUTE) {
        for (long t = 0; t < task->m; t++)
            for (int c = 0; c < task->top_k; c++)
                if (place_of(task, t, c) == row)
                    return value_of(task, task->a, OPERAND_A, fault == EDGE_WRONG ? 0 : t, column,
                                    task->n);
        return (float)NAN;
    }
    for (int c = fault == SLICE_LOST; c < task->top_k; c++)
        out += operand_normal(reference_seed(0) + 64 * (uint64_t)OPERAND_SCALES,
                              (uint64_t)(row * task->top_k + c)) *
               value_of(task, task->a, OPERAND_A, place_of(task, row, c), column, task->n);
    return rounded(task, out);
}

static float streamed(const Task *task, long place, Fault fault) {
    long count = (long)(task->bytes / 4), share = task->ranks ? count / task->ranks : 0;
    float b = value_of(task, FORMAT_FP32, OPERAND_A, place, 0, 1), sum = 0;
    switch (task->kind) {
    case TASK_COPY:
        return b;
    case TASK_TRIAD:
        return b +
               (fault == HEAD_WRONG ? 2 : 3) * value_of(task, FORMAT_FP32, OPERAND_W, place, 0, 1);
    case TASK_ALL_GATHER:
        return value_of(task, FORMAT_FP32, OPERAND_A, place / share, place % share, share);
    case TASK_ALL_TO_ALL: // own chunk first
        return value_of(task, FORMAT_FP32, OPERAND_A, place / share, place % share, count);
    default:
        for (int rank = fault == SLICE_LOST; rank < task->ranks; rank++)
            sum += value_of(task, FORMAT_FP32, OPERAND_A, rank, place, count);
        return sum;
    }
}

static float kernel(const Task *task, long place, Fault fault) {
    if (fault == POISON_LEFT && place == reference_size(task) - 1)
        return (float)NAN;
    switch (task->kind) {
    case TASK_MATMUL:
    case TASK_EXPERTS:
        return matmul(task, place, fault);
    case TASK_PREFILL:
    case TASK_DECODE:
        return attention(task, place, fault);
    case TASK_NORM:
        return norm(task, place, fault);
    case TASK_GATED:
        return gated(task, place, fault);
    case TASK_ROTARY:
        return rotary(task, place, fault);
    case TASK_QUANTISE:
        return quantised(task, place, fault);
    case TASK_DEQUANTISE:
        return rounded(
            task, value_of(task, task->b, OPERAND_W, place / task->n, place % task->n, task->n));
    case TASK_ROUTE:
        return routed(task, place, fault);
    case TASK_PERMUTE:
    case TASK_UNPERMUTE:
        return moved(task, place, fault);
    default:
        return streamed(task, place, fault);
    }
}

// clang-format off
static const struct Case {
    Task task;
    Fault faults[3]; // that must be seen
} CASES[] = {
    {{.kind = TASK_MATMUL, .a = FORMAT_BF16, .m = 70, .n = 300, .k = 600}, {SLICE_LOST, EDGE_WRONG}},
    {{.kind = TASK_MATMUL, .a = FORMAT_BF16, .m = 3, .n = 300, .k = 5000}, {SLICE_LOST, EDGE_WRONG}},
    {{.kind = TASK_MATMUL, .a = FORMAT_BF16, .b = FORMAT_INT4, .m = 3, .n = 5, .k = 300}, {SLICE_LOST, EDGE_WRONG}},
    {{.kind = TASK_MATMUL, .a = FORMAT_FP32, .batch = 2, .m = 20, .n = 20, .k = 2000}, {SLICE_LOST}},
    {{.kind = TASK_MATMUL, .a = FORMAT_FP8, .m = 20, .n = 30, .k = 4000}, {SLICE_LOST, EDGE_WRONG}},
    {{.kind = TASK_MATMUL, .a = FORMAT_FP8_BLOCK, .m = 4, .n = 200, .k = 512}, {SLICE_LOST, EDGE_WRONG}},
    {{.kind = TASK_MATMUL, .a = FORMAT_NVFP4, .m = 4, .n = 200, .k = 512}, {SLICE_LOST, EDGE_WRONG}},
    {{.kind = TASK_MATMUL, .a = FORMAT_INT8, .m = 4, .n = 200, .k = 512}, {SLICE_LOST, EDGE_WRONG}},
    {{.kind = TASK_EXPERTS, .a = FORMAT_BF16, .m = 29, .n = 90, .k = 500, .experts = 8}, {SLICE_LOST, EDGE_WRONG}},
    {{.kind = TASK_EXPERTS, .a = FORMAT_BF16, .m = 3, .n = 900, .k = 500, .experts = 8}, {SLICE_LOST, EDGE_WRONG}},
    {{.kind = TASK_PREFILL, .a = FORMAT_BF16, .batch = 2, .heads = 4, .kv_heads = 2, .qk_dim = 32, .q_len = 40, .kv_len = 100}, {MASK_SHIFTED, HEAD_WRONG}},
    {{.kind = TASK_PREFILL, .a = FORMAT_BF16, .heads = 2, .kv_heads = 2, .qk_dim = 48, .v_dim = 32, .q_len = 90, .window = 33}, {MASK_SHIFTED, HEAD_WRONG}},
    {{.kind = TASK_PREFILL, .a = FORMAT_FP32, .heads = 2, .kv_heads = 2, .qk_dim = 32, .q_len = 32}, {MASK_SHIFTED, HEAD_WRONG}},
    {{.kind = TASK_DECODE, .a = FORMAT_BF16, .batch = 2, .heads = 8, .kv_heads = 2, .qk_dim = 32, .kv_len = 200}, {MASK_SHIFTED, HEAD_WRONG}},
    {{.kind = TASK_DECODE, .a = FORMAT_BF16, .kv = FORMAT_FP8, .batch = 2, .heads = 4, .kv_heads = 2, .qk_dim = 32, .kv_len = 150}, {MASK_SHIFTED, HEAD_WRONG}},
    {{.kind = TASK_DECODE, .a = FORMAT_BF16, .batch = 2, .heads = 8, .kv_heads = 1, .qk_dim = 48, .v_dim = 32, .q_len = 2, .kv_len = 100}, {MASK_SHIFTED}},
    {{.kind = TASK_NORM, .a = FORMAT_BF16, .m = 30, .n = 400}, {SLICE_LOST, POISON_LEFT}},
    {{.kind = TASK_NORM, .a = FORMAT_FP32, .m = 30, .n = 400}, {SLICE_LOST, POISON_LEFT}},
    {{.kind = TASK_GATED, .a = FORMAT_BF16, .m = 30, .n = 400}, {HEAD_WRONG, POISON_LEFT}},
    {{.kind = TASK_ROTARY, .a = FORMAT_BF16, .m = 6000, .heads = 4, .kv_heads = 2, .qk_dim = 64}, {MASK_SHIFTED, POISON_LEFT}},
    {{.kind = TASK_ROTARY, .a = FORMAT_BF16, .kv = FORMAT_FP8, .m = 60, .heads = 4, .kv_heads = 2, .qk_dim = 64}, {MASK_SHIFTED, POISON_LEFT}},
    {{.kind = TASK_ROTARY, .a = FORMAT_FP32, .m = 6000, .heads = 1, .kv_heads = 1, .qk_dim = 64}, {MASK_SHIFTED, POISON_LEFT}},
    {{.kind = TASK_QUANTISE, .a = FORMAT_FP8, .m = 20, .n = 500}, {POISON_LEFT}},
    {{.kind = TASK_QUANTISE, .a = FORMAT_FP8_BLOCK, .m = 20, .n = 500}, {POISON_LEFT}},
    {{.kind = TASK_QUANTISE, .a = FORMAT_INT8, .m = 20, .n = 500}, {POISON_LEFT}},
    {{.kind = TASK_QUANTISE, .a = FORMAT_INT4, .m = 20, .n = 512}, {EDGE_WRONG, POISON_LEFT}},
    {{.kind = TASK_QUANTISE, .a = FORMAT_NVFP4, .m = 20, .n = 512}, {EDGE_WRONG, POISON_LEFT}},
    {{.kind = TASK_QUANTISE, .a = FORMAT_MXFP4, .m = 20, .n = 512}, {EDGE_WRONG, POISON_LEFT}},
    {{.kind = TASK_DEQUANTISE, .b = FORMAT_INT4, .m = 20, .n = 500}, {POISON_LEFT}},
    {{.kind = TASK_DEQUANTISE, .b = FORMAT_FP8_BLOCK, .m = 300, .n = 500}, {POISON_LEFT}},
    {{.kind = TASK_DEQUANTISE, .b = FORMAT_MXFP4, .m = 20, .n = 512}, {POISON_LEFT}},
    {{.kind = TASK_ROUTE, .m = 100, .experts = 40, .top_k = 5}, {MASK_SHIFTED, POISON_LEFT}},
    {{.kind = TASK_PERMUTE, .a = FORMAT_BF16, .m = 20, .n = 33, .experts = 7, .top_k = 3}, {EDGE_WRONG, POISON_LEFT}},
    {{.kind = TASK_UNPERMUTE, .a = FORMAT_BF16, .m = 20, .n = 133, .experts = 7, .top_k = 3}, {SLICE_LOST, POISON_LEFT}},
    {{.kind = TASK_COPY, .bytes = 40000}, {POISON_LEFT}},
    {{.kind = TASK_TRIAD, .bytes = 40000}, {HEAD_WRONG, POISON_LEFT}},
    {{.kind = TASK_ALL_REDUCE, .bytes = 40000, .ranks = 8}, {SLICE_LOST, POISON_LEFT}},
    {{.kind = TASK_REDUCE_SCATTER, .bytes = 80000, .ranks = 4}, {SLICE_LOST, POISON_LEFT}},
    {{.kind = TASK_ALL_GATHER, .bytes = 40000, .ranks = 4}, {POISON_LEFT}},
    {{.kind = TASK_ALL_TO_ALL, .bytes = 40000, .ranks = 4}, {POISON_LEFT}},
};
// clang-format on

static RunStatus check(const Task *task, Fault fault, Measurement *out) {
    long places[REFERENCE_PLACES];
    double values[REFERENCE_PLACES];
    int count = reference_places(task, reference_seed(0), places);
    for (int i = 0; i < count; i++)
        values[i] = (double)kernel(task, places[i], fault);
    return reference_compare(task, reference_seed(0), places, count, values, out);
}

static Task finished(Task task) {
    Error err = {.what = ""};
    if (task.batch == 0)
        task.batch = 1;
    if (task.q_len == 0)
        task.q_len = 1;
    if (task.page == 0)
        task.page = 16;
    if (!task_finish(&task, &err))
        fail_msg("%s: %s", TASK_KIND_WORDS[task.kind], err.what);
    return task;
}

TEST(reference, right_kernels_pass_and_wrong_ones_do_not) {
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Task task = finished(CASES[i].task);
        const char *kind = TASK_KIND_WORDS[task.kind];
        Measurement out = {0};
        if (check(&task, NO_FAULT, &out) != RUN_CHECKED)
            fail_msg("case %zu, %s: %s, error %.3g of %.3g", i, kind, out.detail, out.error,
                     out.tolerance);
        for (int j = 0; j < 3 && CASES[i].faults[j] != NO_FAULT; j++) {
            out = (Measurement){0};
            if (check(&task, CASES[i].faults[j], &out) != RUN_WRONG)
                fail_msg("case %zu, %s: fault %d passes with %.3g of %.3g", i, kind,
                         (int)CASES[i].faults[j], out.error, out.tolerance);
            assert_string_not_equal(out.detail, "");
        }
    }
}

TEST(reference, every_kind_is_tried) {
    bool tried[TASK_KIND_COUNT] = {[TASK_LAYER] = true};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        tried[CASES[i].task.kind] = true;
    for (int kind = 0; kind < TASK_KIND_COUNT; kind++)
        assert_true(tried[kind]);
}

static bool has(const long places[], int count, long place) {
    for (int i = 0; i < count; i++)
        if (places[i] == place)
            return true;
    return false;
}

TEST(reference, small_outputs_are_checked_whole) {
    Task task = finished((Task){.kind = TASK_MATMUL, .a = FORMAT_BF16, .m = 16, .n = 128, .k = 8});
    long places[REFERENCE_PLACES];
    assert_int_equal(reference_places(&task, 1, places), 2048);
    for (int i = 0; i < 2048; i++)
        assert_int_equal(places[i], i);
}

// Large outputs: at least 1,024 places, in order, none twice, corners and edges of tiles among them.
TEST(reference, large_outputs_are_sampled_with_their_edges) {
    Task task =
        finished((Task){.kind = TASK_MATMUL, .a = FORMAT_BF16, .m = 5000, .n = 7000, .k = 8});
    long places[REFERENCE_PLACES], rows[5000] = {0}, columns[7000] = {0};
    int count = reference_places(&task, 1, places);
    assert_in_range(count, REFERENCE_RANDOM, REFERENCE_PLACES);
    for (int i = 0; i < count; i++) {
        assert_true(places[i] >= 0 && places[i] < 5000L * 7000 &&
                    (i == 0 || places[i] > places[i - 1]));
        rows[places[i] / 7000]++;
        columns[places[i] % 7000]++;
    }
    assert_true(has(places, count, 5000L * 7000 - 1));
    static const long EDGES[] = {0, 15, 16, 63, 64, 127, 128, 255, 256};
    for (size_t i = 0; i < sizeof EDGES / sizeof EDGES[0]; i++)
        assert_true(rows[EDGES[i]] >= 4 && columns[EDGES[i]] >= 4);
    assert_true(rows[4999] > 30 && columns[6999] > 30); // last row and column
    assert_true(rows[4991] + rows[4992] >= 8 &&
                columns[6911] + columns[6912] >= 8); // 312 x 16, 27 x 256
}

TEST(reference, attention_takes_many_numbers_of_few_queries) {
    Task task = finished((Task){.kind = TASK_DECODE,
                                .a = FORMAT_BF16,
                                .batch = 64,
                                .heads = 128,
                                .kv_heads = 1,
                                .qk_dim = 576,
                                .v_dim = 512,
                                .kv_len = 4096});
    long places[REFERENCE_PLACES], queries = 0;
    int count = reference_places(&task, 1, places);
    assert_in_range(count, REFERENCE_RANDOM, REFERENCE_PLACES);
    for (int i = 0; i < count; i++)
        queries += i == 0 || places[i] / 512 != places[i - 1] / 512;
    assert_in_range(queries, 16, 64);
    assert_true(has(places, count, reference_size(&task) - 1));
}

TEST(reference, parts_have_operands_of_their_own) {
    assert_true(reference_seed(1) != reference_seed(0));
    assert_true(operand_normal(reference_seed(1), 0) != operand_normal(reference_seed(0), 0));
}
